"""A satisfaction index (CSI) that has crossed the line of those who are ready to recommend the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import floor

import msgspec
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from regard.act.domain.conditions.answers import check_promoters
from regard.act.domain.conditions.finding import Checked, Finding
from regard.act.domain.thresholds import REFERRAL_CSI
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.record import FACT
from regard.core.models import Store
from regard.profile.models import Identity
from regard.score.domain.csi.index import CsiBand
from regard.score.facts import ScoreChanged
from regard.score.models import Score

UNKNOWN = CsiBand.NOT_ENOUGH_DATA


def tells_of_index(event: LoggedEvent) -> bool:
    """Whether it is the fact of an index that moved from one band into another; one edge is the line."""
    return event.type == FACT and event.name == ScoreChanged.__name__ and event.body.get("score") == "csi"


def check_ready_to_refer(checked: Checked) -> list[Finding]:
    """A promoter by their answer, or a champion by their index. Three queries at most."""
    moves = [event for event in checked.events if tells_of_index(event)]
    if not moves:
        return check_promoters(checked)
    findings = _champions(checked, moves)
    return findings if len(moves) == len(checked.events) else [*check_promoters(checked), *findings]


def _champions(checked: Checked, moves: Sequence[LoggedEvent]) -> list[Finding]:
    """An index of at least 80, where it was lower or not known before, and that has not fallen since."""
    facts = {event.id: msgspec.convert(event.body, ScoreChanged) for event in moves}
    customers = {fact.customer_id for fact in facts.values()}
    identities, now = _identities(checked.store, customers), _indexes(checked.store, customers)
    return [
        _finding(
            event,
            facts[event.id],
            checked.identity_of.get(event.id) or identities.get(facts[event.id].customer_id),
            now.get(facts[event.id].customer_id),
        )
        for event in moves
    ]


def _identities(store: Store, customers: Collection[int]) -> dict[int, int]:
    """Customer -> an identity of theirs; the fact names nobody who has no number in the shop. One query."""
    rows = Identity.objects.filter(store=store, customer__in=customers).order_by("-id")
    return dict(rows.values_list("customer_id", "pk"))


def _indexes(store: Store, customers: Collection[int]) -> dict[int, float]:
    """Customer -> their index now, of those of whom enough is known. One query."""
    rows = Score.objects.filter(store=store, name="csi", subject_type="customer", subject_id__in=customers)
    known = rows.exclude(band=UNKNOWN).exclude(value=None).values_list("subject_id", "value")
    return {customer: float(value) for customer, value in known if value is not None}


def _finding(event: LoggedEvent, fact: ScoreChanged, identity_id: int | None, now: float | None) -> Finding:
    after, before = _known(fact.value, fact.band), _known(fact.previous_value, fact.previous_band)
    told = {"after": _said(after), "before": _said(before), "now": _said(now), "least": REFERRAL_CSI}
    is_champion = False
    if after is None or after < REFERRAL_CSI:
        why = _("A satisfaction index (CSI) of %(after)s; it takes %(least)s or more.") % told
    elif before is not None and before >= REFERRAL_CSI:
        why = _("A satisfaction index (CSI) of %(after)s, after %(before)s: was that content before.") % told
    elif now is None or now < REFERRAL_CSI:
        why = _("A satisfaction index (CSI) of %(after)s, but %(now)s since.") % told
    else:
        is_champion = identity_id is not None
        why = (
            _("The satisfaction index (CSI) has risen to %(after)s, from %(before)s.") % told
            if before is not None
            else _("The satisfaction index (CSI) is %(after)s, now that enough is known.") % told
        )
    return Finding(
        event_id=event.id,
        instance=f"csi/{event.key}",
        matched=is_champion,
        why=why,
        reason=why,
        identity_id=identity_id,
    )


def _known(value: float | None, band: str) -> float | None:
    """What is said of too few answers is no verdict."""
    return None if band == UNKNOWN else value


def _said(value: float | None) -> str:
    """Whole points, as the pages show them: 79.6 has not come to 80."""
    return _("not known") if value is None else number_format(floor(value))
