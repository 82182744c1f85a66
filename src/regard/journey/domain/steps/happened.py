"""Whether what somebody in a journey waits for has happened: by one event, or by the log since they entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.core.models import Store
from regard.journey.domain.definition.parts import Listen
from regard.journey.domain.steps.moves import Standing
from regard.journey.domain.telling import instance_of, told_by
from regard.profile.domain.segments.matching import Moment, moments_that_match
from regard.profile.domain.segments.parse import parse_condition

# Along each identity's own events, which are few since then. What a journey began with may be read late: what
# came after it and was read before it counts.
SINCE = """
    SELECT asked.place, event.id
    FROM unnest(%(customers)s::bigint[], %(since)s::timestamptz[], %(began_with)s::bigint[]) WITH ORDINALITY
        AS asked (customer_id, since, began_with, place)
    LEFT JOIN capture_event AS began ON began.store_id = %(store)s AND began.id = asked.began_with
    JOIN profile_identity AS identity ON identity.customer_id = asked.customer_id
    CROSS JOIN LATERAL (
        SELECT placed.event_id FROM profile_customerevent AS placed
        WHERE placed.identity_id = identity.id AND placed.store_id = %(store)s
        AND (placed.occurred_at, placed.event_id)
            > (LEAST(asked.since, began.occurred_at), COALESCE(asked.began_with, 9223372036854775807))
    ) AS placed
    JOIN capture_event AS event ON event.store_id = %(store)s AND event.id = placed.event_id
    WHERE event.name = ANY(%(names)s) ORDER BY event.id
"""


def happened_since(
    store: Store, instance: str, listen: Listen, standings: Sequence[Standing]
) -> list[Mapping[str, Any] | None]:
    """What the first event told that each of these waits for and that occurred since they entered; None for none.

    Three queries at most.
    """
    events = _events(store, listen, standings)
    heard = [(place, told_by(event)) for place, event in events]
    fits = hears(store, instance, listen, [(standings[place], told) for place, told in heard])
    found: list[Mapping[str, Any] | None] = [None] * len(standings)
    for (place, told), fit in zip(heard, fits, strict=True):
        if fit and found[place] is None:
            found[place] = told
    return found


def hears(
    store: Store, instance: str, listen: Listen, heard: Sequence[tuple[Standing, Mapping[str, Any]]]
) -> list[bool]:
    """Whether each of these events, by what it told, is what is listened for. One query, none without a
    condition. The event's name is not looked at."""
    fits = [
        not listen.same or instance_of(instance, told) == standing.enrolment.instance
        for standing, told in heard
    ]
    if not listen.where or not any(fits):
        return fits
    moments = [Moment(standing.customer_id, told) for standing, told in heard]
    holds = moments_that_match(store, parse_condition(listen.where), moments)
    return [fit and met for fit, met in zip(fits, holds, strict=True)]


def _events(store: Store, listen: Listen, standings: Sequence[Standing]) -> list[tuple[int, LoggedEvent]]:
    """(place among the standings, event), in the order of the log."""
    if not standings:
        return []
    values: dict[str, Any] = {
        "store": store.pk,
        "customers": [standing.customer_id for standing in standings],
        "since": [standing.enrolment.entered_at for standing in standings],
        "began_with": [standing.enrolment.event_id for standing in standings],
        "names": list(listen.events),
    }
    with connection.cursor() as cursor:
        cursor.execute(SINCE, values)
        rows = cursor.fetchall()
    events = {event.id: event for event in events_by_id(store.pk, sorted({row[1] for row in rows}))}
    return [(place - 1, events[event_id]) for place, event_id in rows]
