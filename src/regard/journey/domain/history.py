"""Who would have entered a journey, had it been on: asked of the log before it is switched on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.dates import customers_of_day
from regard.journey.domain.definition.parts import AlertStart, DateStart, Definition, HandStart, SegmentStart
from regard.journey.domain.entering import MAY_ENTER, Candidate, Outcome, judge_candidates
from regard.journey.domain.programs import Running, running_as_if_on
from regard.journey.domain.telling import told_by
from regard.journey.domain.thresholds import HISTORY_ASKED
from regard.profile.domain.segments.counting import count_segment

AT_ONCE = 5_000
MOST_EVENTS = 200_000
EVENTS = """
    SELECT event.id, placed.identity_id, identity.customer_id
    FROM capture_event AS event
    JOIN profile_customerevent AS placed ON placed.store_id = event.store_id AND placed.event_id = event.id
    JOIN profile_identity AS identity ON identity.id = placed.identity_id
    WHERE event.store_id = %(store)s AND event.name = ANY(%(names)s) AND event.received_at >= %(received)s
    AND event.occurred_at >= %(since)s ORDER BY event.id DESC LIMIT %(most)s
"""


@dataclass
class Reach:
    """entered: how often somebody would have entered. by_day: the same by day. customers: how many they were.

    outcomes: why others would not have. is_cut: there were more events than are looked at. What is asked of
    customers is asked as they are today. is_now: no past was asked, but who is in the segment now.
    """

    entered: int = 0
    customers: int = 0
    by_day: dict[str, int] = field(default_factory=dict)
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    is_cut: bool = False
    is_now: bool = False
    days: int = HISTORY_ASKED.days


def reach_of(store: Store, definition: Definition) -> Reach:
    """What would have come in the last ninety days. Of a segment: who is in it now; of days: those of that time.

    Raises SegmentInvalid.
    """
    match definition.start:
        case SegmentStart(segment):
            return _now_in(store, segment)
        case DateStart() as start:
            return _by_days(store, start)
        case HandStart() | AlertStart():
            return _now_in(store, definition.who)
    return _by_events(store, definition)


def _now_in(store: Store, segment: str) -> Reach:
    count = count_segment(store, segment)
    return Reach(entered=count, customers=count, is_now=True)


def _by_events(store: Store, definition: Definition) -> Reach:
    running = running_as_if_on(definition)
    reach, last = Reach(), dict[tuple[int, str], datetime]()
    people = set[int]()
    happened = 0
    for events, candidates in _candidates(store, running):
        happened += len(candidates)
        at = {event.id: event.occurred_at for event in events}
        judged = judge_candidates(store, running, candidates)
        for one in sorted(judged, key=lambda each: at[each.candidate.event_id or 0]):
            outcome, moment = one.outcome, at[one.candidate.event_id or 0]
            if outcome in MAY_ENTER:
                before = last.get((one.candidate.customer_id, one.instance))
                outcome = _again(definition, before, moment) or outcome
            if outcome in MAY_ENTER:
                last[one.candidate.customer_id, one.instance] = moment
                reach.entered += 1
                people.add(one.candidate.customer_id)
                day = moment.date().isoformat()
                reach.by_day[day] = reach.by_day.get(day, 0) + 1
            reach.outcomes[outcome] = reach.outcomes.get(outcome, 0) + 1
    reach.customers, reach.is_cut = len(people), happened >= MOST_EVENTS
    return reach


def _again(definition: Definition, before: datetime | None, moment: datetime) -> Outcome | None:
    if before is None or definition.again == "always":
        return None
    if definition.again == "never":
        return Outcome.ONCE
    assert isinstance(definition.again, timedelta)  # noqa: S101 - the third of three
    return Outcome.TOO_SOON if moment - before < definition.again else None


def _candidates(store: Store, running: Running) -> Iterator[tuple[list[LoggedEvent], list[Candidate]]]:
    """In the order of the log, some thousand at a time."""
    starts = running.program.starts
    if starts is None:
        return
    since = clock.now() - HISTORY_ASKED
    values: dict[str, Any] = {
        "store": store.pk, "names": list(starts.events), "since": since, "received": since, "most": MOST_EVENTS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, values)
        rows: Sequence[tuple[int, int, int]] = cursor.fetchall()[::-1]
    for place in range(0, len(rows), AT_ONCE):
        some = rows[place : place + AT_ONCE]
        events = events_by_id(store.pk, [row[0] for row in some])
        told = {event.id: told_by(event) for event in events}
        yield (
            events,
            [
                Candidate(identity_id, customer_id, told[event_id], event_id)
                for event_id, identity_id, customer_id in some
                if event_id in told
            ],
        )


def _by_days(store: Store, start: DateStart) -> Reach:
    reach, people = Reach(), set[int]()
    today = clock.now().date()
    for number in range(HISTORY_ASKED.days):
        day = today - timedelta(days=number)
        found = customers_of_day(store, start, day)
        if found:
            reach.by_day[day.isoformat()] = len(found)
            people |= set(found)
    reach.entered, reach.customers = sum(reach.by_day.values()), len(people)
    return reach
