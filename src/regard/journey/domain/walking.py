"""Taking steps: everybody of a chunk goes on until they wait somewhere or are through, all of a step at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.definition.parts import (
    Branch,
    Do,
    Exit,
    Leave,
    Send,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)
from regard.journey.domain.facts_told import record_journey_facts
from regard.journey.domain.programs import Running
from regard.journey.domain.steps.acting import do, send
from regard.journey.domain.steps.happened import happened_since
from regard.journey.domain.steps.moves import Move, Scene, Standing
from regard.journey.domain.steps.parting import branch, leave, split
from regard.journey.domain.steps.waiting import wait, wait_for, wait_until
from regard.journey.domain.totals import CAME, ENDED, GOAL, WAITING, Counted
from regard.journey.facts import JourneyEnded
from regard.journey.models import EnrolmentState, StepEntry
from regard.profile.domain.segments.matching import Moment, moments_that_match
from regard.profile.domain.segments.parse import parse_condition

Taking = Callable[[Scene, Any, Sequence[Standing]], Sequence[Move]]
TAKING: Mapping[type[Step], Taking] = {
    Send: send, Do: do, Wait: wait, WaitUntil: wait_until, WaitFor: wait_for, Branch: branch, Split: split,
    Leave: leave,
}  # fmt: skip
KEEP = """
    UPDATE journey_enrolment AS held SET state = new.state, step = new.step, since = new.since,
        wake_at = new.wake_at, "values" = new.told, attempts = new.attempts, ended_at = new.ended_at,
        reason = new.reason
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[],
        %s::smallint[], %s::timestamptz[], %s::text[])
        AS new (id, state, step, since, wake_at, told, attempts, ended_at, reason)
    WHERE held.id = new.id
"""
MOST_SAID = 500
MOST_REASON = 300


@dataclass
class Walk:
    """Some enrolments of one version of a journey on their way, and what is to be written in the end."""

    scene: Scene
    standings: Sequence[Standing]
    counted: Counted = field(default_factory=Counter)
    entries: list[StepEntry] = field(default_factory=list)
    ended: list[JourneyEnded] = field(default_factory=list)


def walk(store: Store, running: Running, standings: Sequence[Standing]) -> Counted:
    """Take these people's steps in the caller's transaction, which holds their enrolments; gives what is to be
    counted, which the caller adds with all else as its last statement.

    The number of statements grows with the steps on the way and not with the people.
    """
    going = Walk(Scene(store, running, clock.now()), standings)
    moving = _not_at_an_exit(going, _once_each(going, standings))
    while moving:
        moving = _take_steps(going, _still_meant(going, moving))
    return finish_walk(going)


def finish_walk(going: Walk) -> Counted:
    """Write where everybody stands, and what is told of it; gives what is to be counted."""
    enrolments = [standing.enrolment for standing in going.standings]
    rows = [
        (
            one.pk, one.state, one.step, one.since, one.wake_at, msgspec.json.encode(one.values).decode(),
            one.attempts, one.ended_at, one.reason,
        )
        for one in enrolments
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])
    StepEntry.objects.bulk_create(going.entries)
    record_journey_facts(going.scene.store, going.ended)
    return going.counted


def end_enrolment(
    going: Walk, standing: Standing, state: EnrolmentState, reason: str, *, counted: str = ENDED
) -> None:
    """They leave here; where they stood stays, and what the event said goes: it is of use no more."""
    enrolment = standing.enrolment
    going.counted[going.scene.running.journey_id, enrolment.step, counted] += 1
    _goes_on(going, standing)
    enrolment.state, enrolment.reason = state, reason[:MOST_REASON]
    enrolment.wake_at, enrolment.ended_at = None, going.scene.now
    enrolment.values = {}
    going.ended.append(
        JourneyEnded(
            enrolment_id=enrolment.pk,
            journey=going.scene.running.key,
            customer_id=standing.customer_id,
            outcome=state.value,
            reason=enrolment.reason,
        )
    )


def note(going: Walk, standing: Standing, said: str) -> None:
    """A line for people."""
    if said:
        enrolment = standing.enrolment
        going.entries.append(
            StepEntry(enrolment=enrolment, at=going.scene.now, step=enrolment.step, said=said[:MOST_SAID])
        )


def end_by_exit(going: Walk, standing: Standing, each: Exit, name: str) -> None:
    """name: of the event that ends it."""
    state, counted = (EnrolmentState.GOAL, GOAL) if each.goal else (EnrolmentState.EXITED, ENDED)
    note(going, standing, _("“%s” came, which ends the journey.") % name)
    end_enrolment(going, standing, state, name, counted=counted)


def _once_each(going: Walk, standings: Sequence[Standing]) -> list[Standing]:
    """Two customers who are inside may have become one since: the one who came first goes on."""
    for standing in standings:
        if standing.is_double:
            said = _("Was inside twice, since two customers became one.")
            note(going, standing, said)
            end_enrolment(going, standing, EnrolmentState.REMOVED, said)
    return [standing for standing in standings if not standing.is_double]


def _not_at_an_exit(going: Walk, standings: Sequence[Standing]) -> list[Standing]:
    """What ends the journey may have come before they were let in, and was told to nobody then: the log knows."""
    program = going.scene.running.program
    coming = [one for one in standings if one.enrolment.step == program.first and one.enrolment.since is None]
    for each in program.definition.exits:
        inside = [one for one in coming if one.enrolment.state == EnrolmentState.ACTIVE]
        found = happened_since(going.scene.store, program.definition.instance, each.on, inside)
        for standing, told in zip(inside, found, strict=True):
            if told is not None:
                end_by_exit(going, standing, each, str(told.get("event", "")))
    return [one for one in standings if one.enrolment.state == EnrolmentState.ACTIVE]


def _goes_on(going: Walk, standing: Standing) -> None:
    """They wait here no more, if they did."""
    if standing.enrolment.since is not None:
        going.counted[going.scene.running.journey_id, standing.enrolment.step, WAITING] -= 1
        standing.enrolment.since = None


def _still_meant(going: Walk, moving: Sequence[Standing]) -> list[Standing]:
    """Who does not meet `only_while` any more leaves before the next step."""
    condition = going.scene.running.program.definition.only_while
    if not condition:
        return list(moving)
    moments = [Moment(standing.customer_id, standing.told) for standing in moving]
    meets = moments_that_match(going.scene.store, parse_condition(condition), moments)
    for standing, met in zip(moving, meets, strict=True):
        if not met:
            end_enrolment(going, standing, EnrolmentState.EXITED, condition)
    return [standing for standing, met in zip(moving, meets, strict=True) if met]


def _take_steps(going: Walk, moving: Sequence[Standing]) -> list[Standing]:
    """One step of each; gives those who go on at once."""
    at_step: dict[str, list[Standing]] = defaultdict(list)
    for standing in moving:
        at_step[standing.enrolment.step].append(standing)
    further: list[Standing] = []
    for step_id, standings in at_step.items():
        step = going.scene.running.program.steps.get(step_id)
        if step is None:  # a journey without steps, or its end
            for standing in standings:
                end_enrolment(going, standing, EnrolmentState.DONE, "")
            continue
        arrived = sum(standing.enrolment.since is None for standing in standings)
        going.counted[going.scene.running.journey_id, step_id, CAME] += arrived
        moves = TAKING[type(step)](going.scene, step, standings)
        further += [
            standing for standing, move in zip(standings, moves, strict=True) if _moved(going, standing, move)
        ]
    return further


def _moved(going: Walk, standing: Standing, move: Move) -> bool:
    """Whether they go on at once."""
    enrolment, now = standing.enrolment, going.scene.now
    note(going, standing, move.said)
    if move.counted:
        going.counted[going.scene.running.journey_id, enrolment.step, move.counted] += 1
    if move.values:
        enrolment.values = {**enrolment.values, **move.values}
    if move.wake_at is not None:
        if enrolment.since is None:
            enrolment.since = now
            going.counted[going.scene.running.journey_id, enrolment.step, WAITING] += 1
        enrolment.wake_at = move.wake_at
        return False
    if move.ends:
        end_enrolment(going, standing, move.ends, move.said)
        return False
    _goes_on(going, standing)
    enrolment.attempts, enrolment.wake_at = 0, now
    if move.to is None:
        end_enrolment(going, standing, EnrolmentState.DONE, "")
        return False
    enrolment.step = move.to
    return True
