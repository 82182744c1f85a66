"""Who enters a journey, and why somebody does not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.facts_told import record_journey_facts
from regard.journey.domain.programs import Running
from regard.journey.domain.telling import instance_of
from regard.journey.domain.totals import ENTERED, HELD_OUT, add_totals
from regard.journey.facts import JourneyEntered
from regard.journey.models import EnrolmentState
from regard.profile.domain.segments.matching import Moment, moments_that_match
from regard.profile.domain.segments.parse import parse_condition

NOTIFICATION = "regard_journeys"
# The pipeline, jobs and people let customers into one journey one after the other, so that all see who is inside.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
EARLIER = """
    SELECT identity.customer_id, enrolment.instance, max(enrolment.entered_at), bool_or(enrolment.state = 'active')
    FROM unnest(%(customers)s::bigint[], %(instances)s::text[]) AS asked (customer_id, instance)
    JOIN profile_identity AS identity ON identity.customer_id = asked.customer_id
    JOIN journey_enrolment AS enrolment ON enrolment.identity_id = identity.id
        AND enrolment.journey_id = %(journey)s AND enrolment.instance = asked.instance
    GROUP BY identity.customer_id, enrolment.instance
"""
# The group of a customer is that of whichever of their identities was drawn first: who is put together of two that
# were drawn apart has had the journey, or has not.
FIRST_DRAWN = """
    SELECT DISTINCT ON (identity.customer_id) identity.customer_id, enrolment.state = 'held_out'
    FROM profile_identity AS identity
    JOIN journey_enrolment AS enrolment ON enrolment.identity_id = identity.id AND enrolment.journey_id = %s
    WHERE identity.customer_id = ANY(%s)
    ORDER BY identity.customer_id, enrolment.entered_at, enrolment.id
"""
INSERT = """
    INSERT INTO journey_enrolment (store_id, journey_id, version_id, identity_id, instance, event_id, state, step,
        wake_at, "values", attempts, entered_at, ended_at, reason)
    SELECT %(store)s, %(journey)s, %(version)s, identity_id, instance, event_id,
        CASE WHEN held_out THEN 'held_out' ELSE 'active' END, CASE WHEN held_out THEN '' ELSE %(first)s END,
        CASE WHEN NOT held_out THEN %(now)s END, told, 0, %(now)s, CASE WHEN held_out THEN %(now)s END, ''
    FROM unnest(%(identities)s::bigint[], %(instances)s::text[], %(events)s::bigint[], %(held_out)s::boolean[],
        %(values)s::jsonb[]) AS entering (identity_id, instance, event_id, held_out, told)
    ON CONFLICT DO NOTHING RETURNING id, identity_id, instance, state
"""
KEEP_CHECKS = """
    INSERT INTO journey_check AS held (identity_id, journey_id, at, event_id, outcome, instance)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[])
    ON CONFLICT (identity_id, journey_id) DO UPDATE SET at = EXCLUDED.at, event_id = EXCLUDED.event_id,
        outcome = EXCLUDED.outcome, instance = EXCLUDED.instance
"""


Left = list[tuple["Candidate", str]]  # those who may enter still, with what it would be about


class Outcome(models.TextChoices):
    """What came of looking whether somebody enters."""

    ENTERED = "entered", _("Entered")
    HELD_OUT = "held_out", _("Held out, so that the effect can be told")
    CONDITION = "condition", _("What happened does not meet the condition")
    NOT_AMONG = "not_among", _("Is not among those for whom the journey is")
    NO_THING = "no_thing", _("The event does not say what it is about")
    INSIDE = "inside", _("Is inside already")
    ONCE = "once", _("Was inside before, and nobody enters twice")
    TOO_SOON = "too_soon", _("Was inside not long ago")


MAY_ENTER = {Outcome.ENTERED, Outcome.HELD_OUT}


@dataclass(frozen=True)
class Candidate:
    """Somebody who may enter. told: what the event says, {} where none does; event_id: of it."""

    identity_id: int
    customer_id: int
    told: Mapping[str, Any] = field(default_factory=dict)
    event_id: int | None = None


@dataclass(frozen=True)
class Judged:
    """instance: what it would be about, "" also where that is not known."""

    candidate: Candidate
    outcome: Outcome
    instance: str


def enter_journey(store: Store, running: Running, candidates: Sequence[Candidate]) -> list[Judged]:
    """Let those in who may enter, in the caller's transaction; gives what came of each, in no special order.

    What happened to them meets the condition of the journey's start. A fixed number of statements, none without
    candidates. The runner is told when the transaction commits.
    """
    if not candidates:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, (f"journey {running.journey_id}",))
    judged: list[Judged] = []
    left = _among(store, running, _about_a_thing(running, candidates, judged), judged)
    left = _not_too_soon(running, _once_each(left, judged), judged)
    judged += _drawn(running, left, _first_drawn(running, left))
    _keep_checks(running, judged)
    entered = _insert(store, running, [one for one in judged if one.outcome in MAY_ENTER])
    record_journey_facts(store, entered)
    held_out = sum(fact.held_out for fact in entered)
    counted = {ENTERED: len(entered) - held_out, HELD_OUT: held_out}
    add_totals(Counter({(running.journey_id, "", what): count for what, count in counted.items()}))
    if entered:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))
    return judged


def judge_candidates(store: Store, running: Running, candidates: Sequence[Candidate]) -> list[Judged]:
    """Who would enter if nobody had been inside before, and why others would not. Two queries at most."""
    judged: list[Judged] = []
    left = _about_a_thing(running, candidates, judged)
    starts = running.program.starts
    left = _meeting(store, starts.where if starts else "", left, Outcome.CONDITION, judged)
    return judged + _drawn(running, _among(store, running, left, judged), {})


def _about_a_thing(running: Running, candidates: Sequence[Candidate], judged: list[Judged]) -> Left:
    left: Left = []
    for one in candidates:
        instance = instance_of(running.program.definition.instance, one.told)
        if instance is None:
            judged.append(Judged(one, Outcome.NO_THING, ""))
        else:
            left.append((one, instance))
    return left


def _among(store: Store, running: Running, left: Left, judged: list[Judged]) -> Left:
    return _meeting(store, running.program.definition.who, left, Outcome.NOT_AMONG, judged)


def _drawn(running: Running, left: Left, before: Mapping[int, bool]) -> list[Judged]:
    """before: by customer whether they were held out when they were drawn first, of those who were."""
    return [
        Judged(one, Outcome.HELD_OUT if is_out else Outcome.ENTERED, instance)
        for one, instance in left
        for is_out in [before.get(one.customer_id, _is_held_out(running, one.customer_id))]
    ]


def _first_drawn(running: Running, left: Left) -> dict[int, bool]:
    """One query; none where nobody is to be held out, also not those who were."""
    customers = [one.customer_id for one, _instance in left]
    if not customers:
        return {}
    if not running.holdout:
        return dict.fromkeys(customers, False)
    with connection.cursor() as cursor:
        cursor.execute(FIRST_DRAWN, (running.journey_id, customers))
        return dict(cursor.fetchall())


def _is_held_out(running: Running, customer_id: int) -> bool:
    """Another journey draws anew."""
    return chance(f"holdout {running.journey_id}", customer_id) * 100 < running.holdout


def chance(of: str, customer_id: int) -> float:
    """A number in [0, 1) that looks like chance and is the same whenever it is asked."""
    drawn = hashlib.blake2b(f"{of} {customer_id}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / 2**64


def _meeting(store: Store, condition: str, left: Left, otherwise: Outcome, judged: list[Judged]) -> Left:
    """Those of whom the condition holds; one query, none without a condition."""
    if not condition or not left:
        return left
    node = parse_condition(condition)
    holds = moments_that_match(store, node, [Moment(one.customer_id, one.told) for one, _instance in left])
    judged += [
        Judged(one, otherwise, instance) for (one, instance), met in zip(left, holds, strict=True) if not met
    ]
    return [item for item, met in zip(left, holds, strict=True) if met]


def _once_each(left: Left, judged: list[Judged]) -> Left:
    first: dict[tuple[int, str], tuple[Candidate, str]] = {}
    for one, instance in left:
        if first.setdefault((one.customer_id, instance), (one, instance))[0] is not one:
            judged.append(Judged(one, Outcome.INSIDE, instance))
    return list(first.values())


def _not_too_soon(running: Running, left: Left, judged: list[Judged]) -> Left:
    if not left:
        return left
    known = _earlier(running.journey_id, left)
    entering: Left = []
    for one, instance in left:
        outcome = _because_of(running, known.get((one.customer_id, instance)))
        if outcome is None:
            entering.append((one, instance))
        else:
            judged.append(Judged(one, outcome, instance))
    return entering


def _because_of(running: Running, earlier: tuple[datetime, bool] | None) -> Outcome | None:
    """Why somebody does not enter who entered at a time, and may be inside still; None if they do."""
    if earlier is None:
        return None
    entered_at, is_inside = earlier
    again = running.program.definition.again
    if is_inside:
        return Outcome.INSIDE
    if again == "never":
        return Outcome.ONCE
    if isinstance(again, timedelta) and clock.now() - entered_at < again:
        return Outcome.TOO_SOON
    return None


def _earlier(journey_id: int, left: Left) -> dict[tuple[int, str], tuple[datetime, bool]]:
    values: dict[str, Any] = {
        "journey": journey_id,
        "customers": [one.customer_id for one, _instance in left],
        "instances": [instance for _one, instance in left],
    }
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, values)
        return {
            (customer_id, instance): (at, inside) for customer_id, instance, at, inside in cursor.fetchall()
        }


def _insert(store: Store, running: Running, entering: Sequence[Judged]) -> list[JourneyEntered]:
    """The facts of those who entered: another transaction may have let somebody in at the same instant."""
    if not entering:
        return []
    held_out = [one.outcome == Outcome.HELD_OUT for one in entering]
    values: dict[str, Any] = {
        "store": store.pk, "journey": running.journey_id, "version": running.version_id, "now": clock.now(),
        "identities": [one.candidate.identity_id for one in entering],
        "instances": [one.instance for one in entering],
        "events": [one.candidate.event_id for one in entering],
        "held_out": held_out,
        "values": [_first_values(one) for one in entering],
        "first": running.program.first or "",
    }  # fmt: skip
    by_thing = {(one.candidate.identity_id, one.instance): one for one in entering}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        return [
            JourneyEntered(
                enrolment_id=enrolment_id,
                journey=running.key,
                version=running.number,
                customer_id=by_thing[identity_id, instance].candidate.customer_id,
                instance=instance,
                held_out=state == EnrolmentState.HELD_OUT,
            )
            for enrolment_id, identity_id, instance, state in cursor.fetchall()
        ]


def _first_values(judged: Judged) -> str:
    """What steps may name; of those held out nothing is kept."""
    if judged.outcome == Outcome.HELD_OUT:
        return "{}"
    return msgspec.json.encode({"event": judged.candidate.told}).decode()


def _keep_checks(running: Running, judged: Iterable[Judged]) -> None:
    """Of several of one identity the last; what let somebody in goes before what did not."""
    latest: dict[int, Judged] = {}
    for one in sorted(judged, key=lambda each: each.outcome in MAY_ENTER):
        latest[one.candidate.identity_id] = one
    now = clock.now()
    rows = [
        (identity_id, running.journey_id, now, one.candidate.event_id, one.outcome.value, one.instance)
        for identity_id, one in sorted(latest.items())
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP_CHECKS, [list(column) for column in zip(*rows, strict=True)])
