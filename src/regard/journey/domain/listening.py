"""What a batch of events means for journeys: who may enter by one, and who inside is waiting for it.

What concerns somebody inside is left as a signal for the runner and not done here, so that the pipeline waits for
none of the rows that a runner holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core import clock
from regard.journey.domain.alert_starts import enter_by_alerts
from regard.journey.domain.entering import NOTIFICATION, Candidate, enter_journey
from regard.journey.domain.programs import Running, running_journeys
from regard.journey.domain.segment_starts import enter_by_segment
from regard.journey.domain.telling import told_by
from regard.journey.domain.thresholds import NEWS_AGE
from regard.journey.models import JourneyState
from regard.profile.domain.segments.matching import Moment, moments_that_match_each
from regard.profile.domain.segments.parse import parse_condition
from regard.profile.models import IdentityKind

CUSTOMERS = "SELECT id, customer_id FROM profile_identity WHERE store_id = %s AND id = ANY(%s)"
STRONGEST = """
    SELECT DISTINCT ON (customer_id) customer_id, id FROM profile_identity
    WHERE store_id = %s AND customer_id = ANY(%s)
    ORDER BY customer_id, ARRAY_POSITION(%s::text[], kind::text), id
"""
SIGNAL = """
    WITH told AS (
        SELECT * FROM unnest(%(events)s::bigint[], %(customers)s::bigint[], %(names)s::text[], %(told)s::jsonb[])
            AS told (event_id, customer_id, name, told)
    ), listening AS (
        SELECT * FROM unnest(%(versions)s::bigint[], %(heard)s::text[]) AS listening (version_id, name)
    ), inside AS (
        SELECT enrolment.id, enrolment.version_id, enrolment.event_id, identity.customer_id
        FROM profile_identity AS identity
        JOIN journey_enrolment AS enrolment ON enrolment.identity_id = identity.id
        WHERE identity.customer_id = ANY(ARRAY(SELECT DISTINCT customer_id FROM told))
        AND enrolment.store_id = %(store)s AND enrolment.state = 'active'
    )
    INSERT INTO journey_signal (enrolment_id, event_id, name, told)
    SELECT inside.id, told.event_id, told.name, told.told
    FROM inside JOIN told ON told.customer_id = inside.customer_id
    JOIN listening ON listening.version_id = inside.version_id AND listening.name = told.name
    WHERE inside.event_id IS DISTINCT FROM told.event_id
    ON CONFLICT DO NOTHING
"""


def follow_events(batch: Batch) -> None:
    """Let customers into journeys by the live events of a batch, and leave signals for those who wait for them.

    Imports never do, nor what happened longer ago than `NEWS_AGE`. Four statements when nothing starts any
    journey, and a fixed number for each that something starts.
    """
    if batch.is_backfill:
        return
    journeys = running_journeys(batch.store.pk)
    if not journeys:
        return
    concerned = _concerned(batch, _names(journeys))
    people = _people(batch, concerned)
    _signal(batch, journeys, [event for event in concerned if event.id in people], people)
    is_on = [running for running in journeys if running.state == JourneyState.ON and running.is_current]
    enter_by_alerts(batch, is_on)
    starting = _starting(batch, is_on, concerned, people)
    for running in is_on:  # in their order: so are the rows that each holds until the batch is through
        enter_journey(batch.store, running, starting.get(running.journey_id, []))
        enter_by_segment(batch.store, [running], batch.touched)


def _names(journeys: Iterable[Running]) -> set[str]:
    """The names of events that some journey wants to know of."""
    wanted: set[str] = set()
    for running in journeys:
        wanted |= running.program.listens
        if running.program.starts:
            wanted |= set(running.program.starts.events)
    return wanted


def _concerned(batch: Batch, names: Collection[str]) -> list[LoggedEvent]:
    oldest = clock.now() - NEWS_AGE
    return [
        event
        for event in batch.events
        if not event.history and (event.name or event.type) in names and event.occurred_at >= oldest
    ]


def _people(batch: Batch, events: Sequence[LoggedEvent]) -> dict[int, tuple[int, int]]:
    """By event id the identity and the customer it is about; facts may name one where no call does."""
    known = {event.id: batch.identity_of.get(event.id) or _named(event, "identity_id") for event in events}
    identity_of = {event_id: identity for event_id, identity in known.items() if identity}
    named = {event.id: _named(event, "customer_id") for event in events if event.id not in identity_of}
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS, (batch.store.pk, sorted(set(identity_of.values()))))
        customer_of = dict(cursor.fetchall())
        wanted = sorted({customer for customer in named.values() if customer})
        cursor.execute(STRONGEST, (batch.store.pk, wanted, IdentityKind.values))
        strongest = dict(cursor.fetchall())
    found = {
        event_id: (identity, customer_of[identity])
        for event_id, identity in identity_of.items()
        if identity in customer_of
    }
    return found | {
        event_id: (strongest[customer], customer)
        for event_id, customer in named.items()
        if customer in strongest
    }


def _named(event: LoggedEvent, field: str) -> int | None:
    """The identity or customer that a fact names."""
    named = event.body.get(field) if event.type == "fact" else None
    return named if isinstance(named, int) else None


def _signal(
    batch: Batch,
    journeys: Sequence[Running],
    events: Sequence[LoggedEvent],
    people: Mapping[int, tuple[int, int]],
) -> None:
    listening = [(running.version_id, name) for running in journeys for name in running.program.listens]
    heard = {name for _version, name in listening}
    told = [event for event in events if (event.name or event.type) in heard]
    if not told:
        return
    values: dict[str, Any] = {
        "store": batch.store.pk,
        "events": [event.id for event in told],
        "customers": [people[event.id][1] for event in told],
        "names": [event.name or event.type for event in told],
        "told": [msgspec.json.encode(told_by(event)).decode() for event in told],
        "versions": [version_id for version_id, _name in listening],
        "heard": [name for _version, name in listening],
    }
    with connection.cursor() as cursor:
        cursor.execute(SIGNAL, values)
        if cursor.rowcount:
            cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))


def _starting(
    batch: Batch,
    journeys: Sequence[Running],
    events: Sequence[LoggedEvent],
    people: Mapping[int, tuple[int, int]],
) -> dict[int, list[Candidate]]:
    """By journey id who may enter, since what happened is what it starts with. One query for all conditions."""
    starts = {running.journey_id: running.program.starts for running in journeys if running.program.starts}
    names = {name for listen in starts.values() for name in listen.events}
    candidates = [
        Candidate(*people[event.id], told_by(event), event.id)
        for event in events
        if event.id in people and (event.name or event.type) in names
    ]
    conditions = sorted({listen.where for listen in starts.values() if listen.where})
    met = moments_that_match_each(
        batch.store,
        [parse_condition(condition) for condition in conditions],
        [Moment(one.customer_id, one.told) for one in candidates],
    )
    place = {condition: number for number, condition in enumerate(conditions)}
    return {
        journey_id: [
            one
            for one, holds in zip(candidates, met, strict=True)
            if one.told["event"] in listen.events and (not listen.where or holds[place[listen.where]])
        ]
        for journey_id, listen in starts.items()
    }
