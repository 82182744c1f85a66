"""Which candidates to look at: by address, earlier programmes and segments; and who is not to be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.act.domain.consent import consents_by_channel
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.grow.domain.candidates import raise_if_closed
from regard.grow.domain.inviting import CHANNEL, MOST_AT_ONCE
from regard.grow.domain.programmes import target_of
from regard.grow.models import MemberState, Programme, ProgrammeMember
from regard.profile.domain.segments.matching import Moment, moments_that_match
from regard.profile.domain.segments.parse import parse_segment
from regard.profile.models import Segment
from regard.task.domain.making import clean_text

REACHED, UNREACHED = "email", "none"
ASKED, NEVER = "before", "never"
WAS_ASKED = (MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLINED, MemberState.LEFT)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """reach: whether an e-mail may be sent to them; asked: whether another programme invited them; "" for all."""

    reach: str = ""
    asked: str = ""
    segment: Segment | None = None

    def __bool__(self) -> bool:
        return bool(self.reach or self.asked or self.segment)


def members_wanted(programme: Programme, states: Collection[str], wanted: Wanted) -> list[int]:
    """The ids of those in these states, the best standing first. At most four queries."""
    rows = ProgrammeMember.objects.filter(
        store=programme.store_id, programme=programme, state__in=list(states)
    ).order_by("-standing", "-id")
    found = list(rows.values_list("pk", "identity__customer", "identity__customer__email"))
    store, emails = programme.store, {customer: email for _pk, customer, email in found}
    kept = set(emails)
    if wanted.segment:
        kept &= _in_segment(store, wanted.segment, sorted(kept))
    if wanted.asked:
        asked = _asked_elsewhere(programme, sorted(kept))
        kept = kept & asked if wanted.asked == ASKED else kept - asked
    if wanted.reach:
        reached = _reached(store, {customer: emails[customer] for customer in kept})
        kept = reached if wanted.reach == REACHED else kept - reached
    return [pk for pk, customer, _email in found if customer in kept]


@transaction.atomic
def dismiss_candidates(programme: Programme, member_ids: Sequence[int], *, reason: str, actor: str) -> int:
    """They are not proposed again until they are called back; gives how many are. Raises ValidationError without a
    reason, and for a closed programme."""
    why = clean_text(reason, "reason")
    if not why:
        raise ValidationError({"reason": _("Say why they are not to be asked.")})
    return _move(programme, member_ids, MemberState.CANDIDATE, MemberState.DISMISSED, note=why, actor=actor)


@transaction.atomic
def call_back(programme: Programme, member_ids: Sequence[int], *, actor: str) -> int:
    """Those who were dismissed are candidates again; gives how many are. Raises ValidationError for a closed
    programme."""
    return _move(programme, member_ids, MemberState.DISMISSED, MemberState.CANDIDATE, note="", actor=actor)


def _move(
    programme: Programme, member_ids: Sequence[int], was: str, becomes: str, *, note: str, actor: str
) -> int:
    Programme.objects.select_for_update().get(pk=programme.pk)
    raise_if_closed(programme)
    rows = ProgrammeMember.objects.filter(
        store=programme.store_id, programme=programme, pk__in=list(member_ids)[:MOST_AT_ONCE], state=was
    )
    moved = rows.update(state=becomes, note=note, unsent="")
    if moved:
        action = "programme.dismissed" if becomes == MemberState.DISMISSED else "programme.called_back"
        record_audit(
            store=programme.store, actor=actor, action=action, target=target_of(programme), members=moved
        )
    return moved


def _in_segment(store: Store, segment: Segment, customer_ids: Sequence[int]) -> set[int]:
    met = moments_that_match(store, parse_segment(segment.text), [Moment(pk, {}) for pk in customer_ids])
    return {pk for pk, holds in zip(customer_ids, met, strict=True) if holds}


def _asked_elsewhere(programme: Programme, customer_ids: Sequence[int]) -> set[int]:
    rows = ProgrammeMember.objects.filter(
        store=programme.store_id, identity__customer__in=list(customer_ids), state__in=WAS_ASKED
    ).exclude(programme=programme)
    return set(rows.values_list("identity__customer", flat=True))


def _reached(store: Store, emails: Mapping[int, str]) -> set[int]:
    """Who allows marketing by e-mail and has an address; whether it works is seen when they are written to."""
    ids = [customer for customer, email in emails.items() if email]
    allowed = consents_by_channel(store, {CHANNEL: ids}) if ids else {}
    return {customer for customer in ids if allowed.get((CHANNEL, customer))}
