"""What an answer of how likely somebody is to recommend the store tells, beside their answer before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding, with_words
from regard.act.domain.thresholds import DETRACTOR_HIGHEST, LATE_FACTS, PROMOTER_LOWEST

FIND_ANSWERS = """
    SELECT answer.event_id, answer.external_id, giver.id, answer.answered_at, answer.text,
        answer.value, before.value, since.value
    FROM listen_response answer JOIN profile_identity giver ON giver.id = answer.identity_id
    LEFT JOIN LATERAL (
        SELECT earlier.value FROM profile_identity own JOIN listen_response earlier ON earlier.identity_id = own.id
        WHERE own.store_id = giver.store_id AND own.customer_id = giver.customer_id AND earlier.measure = 'nps'
            AND (earlier.answered_at, earlier.event_id) < (answer.answered_at, answer.event_id)
        ORDER BY earlier.answered_at DESC, earlier.event_id DESC LIMIT 1
    ) AS before ON true
    LEFT JOIN LATERAL (
        SELECT later.value FROM profile_identity own JOIN listen_response later ON later.identity_id = own.id
        WHERE own.store_id = giver.store_id AND own.customer_id = giver.customer_id AND later.measure = 'nps'
            AND (later.answered_at, later.event_id) > (answer.answered_at, answer.event_id)
        ORDER BY later.answered_at DESC, later.event_id DESC LIMIT 1
    ) AS since ON true
    WHERE answer.store_id = %(store)s AND answer.identity_id = ANY(%(identities)s)
        AND answer.event_id = ANY(%(events)s) AND answer.measure = 'nps' AND NOT answer.history
    ORDER BY answer.answered_at, answer.event_id
"""


@dataclass(frozen=True)
class Recommendation:
    """value, previous, latest: 0 to 10; previous is None for a first answer, latest for the last one."""

    event_id: int
    external_id: str
    identity_id: int
    answered_at: datetime
    text: str
    value: float
    previous: float | None
    latest: float | None

    def finding(self, *, matched: bool, why: str, waits: bool) -> Finding:
        return Finding(
            event_id=self.event_id,
            instance=self.external_id,
            matched=matched,
            why=why,
            reason=with_words(why, self.text),
            identity_id=self.identity_id,
            waits_until=self.answered_at + LATE_FACTS if waits else None,
        )


def check_falls(checked: Checked) -> list[Finding]:
    """A recommendation of 0 to 6 after one of 9 or 10, unless a later answer was better. One query."""
    return [_fall(said) for said in _recommendations(checked)]


def check_promoters(checked: Checked) -> list[Finding]:
    """A recommendation of 9 or 10, where the one before was lower or there was none. One query."""
    return [_rise(said) for said in _recommendations(checked)]


def _recommendations(checked: Checked) -> Iterator[Recommendation]:
    values: dict[str, Any] = {
        "store": checked.store.pk,
        "identities": list(set(checked.identity_of.values())),
        "events": list(checked.identity_of),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND_ANSWERS, values)
        return (Recommendation(*row) for row in cursor.fetchall())


def _fall(said: Recommendation) -> Finding:
    detractor = said.value <= DETRACTOR_HIGHEST
    promoter_before = said.previous is not None and said.previous >= PROMOTER_LOWEST
    regained = said.latest is not None and said.latest > DETRACTOR_HIGHEST
    told = _told(said) | {"most": DETRACTOR_HIGHEST, "least": PROMOTER_LOWEST}
    if not detractor:
        why = _("Would recommend us with %(value)s of 10; it takes %(most)s or less.") % told
    elif regained:
        why = _("%(value)s of 10, but %(latest)s in a later answer.") % told
    elif said.previous is None:
        why = _("Would recommend us with %(value)s of 10, and has not answered before.") % told
    elif not promoter_before:
        why = _("%(value)s of 10 after %(previous)s; it takes %(least)s or more before.") % told
    else:
        why = _("Would recommend us with %(value)s of 10, after %(previous)s the time before.") % told
    falls = detractor and not regained
    return said.finding(matched=falls and promoter_before, why=why, waits=falls and not promoter_before)


def _rise(said: Recommendation) -> Finding:
    promoter = said.value >= PROMOTER_LOWEST
    promoter_before = said.previous is not None and said.previous >= PROMOTER_LOWEST
    lost_since = said.latest is not None and said.latest < PROMOTER_LOWEST
    told = _told(said) | {"least": PROMOTER_LOWEST}
    if not promoter:
        why = _("Would recommend us with %(value)s of 10; it takes %(least)s or more.") % told
    elif lost_since:
        why = _("%(value)s of 10, but %(latest)s in a later answer.") % told
    elif promoter_before:
        why = _("%(value)s of 10 after %(previous)s: was a promoter before.") % told
    elif said.previous is None:
        why = _("Would recommend us with %(value)s of 10, in the first answer.") % told
    else:
        why = _("Would recommend us with %(value)s of 10, after %(previous)s the time before.") % told
    return said.finding(matched=promoter and not promoter_before and not lost_since, why=why, waits=False)


def _told(said: Recommendation) -> dict[str, object]:
    told = {"value": said.value, "previous": said.previous, "latest": said.latest}
    return {name: "" if value is None else number_format(f"{value:g}") for name, value in told.items()}
