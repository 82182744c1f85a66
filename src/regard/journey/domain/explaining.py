"""Why a customer got, or did not get, what a journey has for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from regard.act.models import Send
from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.entering import Outcome
from regard.journey.domain.programs import running_journeys
from regard.journey.domain.queries import checks_of_customer, enrolments_of_customer, entries_of
from regard.journey.domain.steps.acting import intent_of
from regard.journey.domain.telling import told_by
from regard.journey.domain.thresholds import HISTORY_ASKED
from regard.journey.models import Enrolment, EnrolmentState, JourneyState, StepEntry
from regard.profile.domain.segments.matching import Moment, moments_that_match_each
from regard.profile.domain.segments.parse import parse_condition

LAST_EVENTS = """
    SELECT DISTINCT ON (coalesce(nullif(event.name, ''), event.type)) event.id
    FROM profile_identity AS identity
    JOIN profile_customerevent AS placed ON placed.identity_id = identity.id AND placed.store_id = %(store)s
    JOIN capture_event AS event ON event.store_id = %(store)s AND event.id = placed.event_id
    WHERE identity.store_id = %(store)s AND identity.customer_id = %(customer)s
    AND placed.occurred_at >= %(since)s AND NOT event.history
    AND coalesce(nullif(event.name, ''), event.type) = ANY(%(names)s)
    ORDER BY coalesce(nullif(event.name, ''), event.type), placed.occurred_at DESC, event.id DESC
"""


@dataclass(frozen=True)
class Told:
    """A line of an explanation."""

    at: datetime
    said: str


@dataclass(frozen=True)
class Explained:
    """What came of one journey for a customer. verdict: in a line; lines: how it came to that."""

    journey_key: str
    journey: str
    at: datetime
    verdict: str
    lines: tuple[Told, ...] = ()


def explain_journeys(store: Store, customer_id: int, *, journey_key: str = "") -> list[Explained]:
    """For each journey that the customer was in, or might have entered, what came of it and why, latest first.

    journey_key: of the one that is asked for, "" for all. Eight queries at most. Of what did not meet the
    condition of a start nothing is kept, since that is nearly all that happens: the last such event is asked
    anew, of the customer as they are today.
    """
    enrolments = [
        one for one in enrolments_of_customer(store, customer_id) if journey_key in {"", one.journey.key}
    ]
    entries = entries_of(enrolments)
    sends = _sends_of(store, enrolments)
    explained = [_way(one, [*_lines(entries.get(one.pk, [])), *sends.get(one.pk, [])]) for one in enrolments]
    entered_at = {one.journey_id: one.entered_at for one in reversed(enrolments)}
    for check in checks_of_customer(store, customer_id):
        known = entered_at.get(check.journey_id)
        if journey_key in {"", check.journey.key} and (known is None or check.at > known):
            label = str(Outcome(check.outcome).label)
            verdict = _("Did not enter: %s.") % label
            explained.append(Explained(check.journey.key, check.journey.name, check.at, verdict))
    told = {(one.journey_key, one.at) for one in explained}
    explained += [
        one
        for one in _conditions_not_met(store, customer_id)
        if journey_key in {"", one.journey_key}
        and all(key != one.journey_key or at < one.at for key, at in told)
    ]
    return sorted(explained, key=lambda one: one.at, reverse=True)


def _conditions_not_met(store: Store, customer_id: int) -> list[Explained]:
    """Of journeys that are on: the last event by which the customer might have entered, but for the condition."""
    starts = [
        (running, running.program.starts)
        for running in running_journeys(store.pk)
        if running.is_current and running.state == JourneyState.ON and running.program.starts
    ]
    names = sorted({name for _running, listen in starts for name in listen.events})
    events = _last_events(store, customer_id, names)
    moments = [
        (running, max((events[name] for name in listen.events if name in events), key=_when), listen.where)
        for running, listen in starts
        if listen.where and any(name in events for name in listen.events)
    ]
    met = moments_that_match_each(
        store,
        [parse_condition(where) for _running, _event, where in moments],
        [Moment(customer_id, told_by(event)) for _running, event, _where in moments],
    )
    verdict = _("Did not enter: %s.") % Outcome.CONDITION.label
    return [
        Explained(running.key, running.program.definition.name, event.occurred_at, verdict)
        for place, (running, event, _where) in enumerate(moments)
        if not met[place][place]
    ]


def _last_events(store: Store, customer_id: int, names: Sequence[str]) -> dict[str, LoggedEvent]:
    """The customer's last event of each of these names, of the last ninety days."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            LAST_EVENTS,
            {
                "store": store.pk, "customer": customer_id, "names": list(names),
                "since": clock.now() - HISTORY_ASKED,
            },
        )  # fmt: skip
        ids = [event_id for (event_id,) in cursor.fetchall()]
    return {event.name or event.type: event for event in events_by_id(store.pk, ids)}


def _when(event: LoggedEvent) -> datetime:
    return event.occurred_at


def _way(enrolment: Enrolment, lines: list[Told]) -> Explained:
    state = EnrolmentState(enrolment.state)
    verdict = str(state.label) + (f": {enrolment.reason}" if enrolment.reason else "")
    if state == EnrolmentState.HELD_OUT:
        verdict = _("Held out: a share of customers gets nothing, so that the effect can be told.")
    if enrolment.instance:
        verdict += f" ({enrolment.instance})"
    lines.sort(key=lambda line: line.at)
    return Explained(
        enrolment.journey.key, enrolment.journey.name, enrolment.entered_at, verdict, tuple(lines)
    )


def _lines(entries: list[StepEntry]) -> list[Told]:
    return [Told(entry.at, f"{entry.step}: {entry.said}" if entry.step else entry.said) for entry in entries]


def _sends_of(store: Store, enrolments: list[Enrolment]) -> dict[int, list[Told]]:
    """What became of the messages of these ways, as the outbox knows it."""
    intents = {intent_of(one.journey.key) for one in enrolments}
    rows = Send.objects.filter(
        store=store, intent__in=intents, identity__in={one.identity_id for one in enrolments}
    )
    found: dict[int, list[Told]] = {}
    for send in rows.order_by("id"):
        enrolment_id = send.instance.partition(":")[0]
        if enrolment_id.isdigit():
            said = f"“{send.subject}”: {send.get_state_display()}" + (
                f". {send.last_error}" if send.last_error else ""
            )
            found.setdefault(int(enrolment_id), []).append(Told(send.sent_at or send.created_at, said))
    return found
