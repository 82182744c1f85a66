"""A dry run: which steps one real customer would take, when, with their messages. Nothing is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.written.durations import duration_text
from regard.core.models import Store
from regard.core.registry import actions
from regard.journey.domain.definition.parts import (
    Branch,
    Definition,
    Do,
    Leave,
    Send,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)
from regard.journey.domain.definition.program import Program
from regard.journey.domain.entering import MAY_ENTER, Candidate, judge_candidates
from regard.journey.domain.programs import Running, running_as_if_on
from regard.journey.domain.segment_starts import candidates_of
from regard.journey.domain.steps.acting import addressee
from regard.journey.domain.steps.channels import ways_to_send
from regard.journey.domain.steps.moves import Move, Scene, Standing
from regard.journey.domain.walking import TAKING
from regard.journey.models import Enrolment
from regard.message.domain.filling import fill_texts
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for

MOST_STEPS = 500


@dataclass(frozen=True)
class DryStep:
    """A step as it would be taken. at: when; said: what would happen; message: that would be queued, if any."""

    step: str
    at: datetime
    said: str
    message: Rendered | None = None


@dataclass(frozen=True)
class DryRun:
    """enters: whether the customer would enter now, and in a word why or why not; steps: as if they did."""

    enters: bool
    verdict: str
    steps: tuple[DryStep, ...]


def simulate_journey(
    store: Store,
    definition: Definition,
    customer_id: int,
    *,
    told: Mapping[str, Any] | None = None,
    came: Collection[str] = (),
) -> DryRun | None:
    """What would happen to a customer; None if the store has no such customer.

    told: what the event says that it starts with, {} for nothing. came: the ids of waiting steps whose event
    comes; the others wait in vain. Conditions are asked as of today, also for steps that would be taken later.
    """
    known = candidates_of(store, [customer_id])
    if not known:
        return None
    candidate = replace(known[0], told=dict(told or {}))
    running = running_as_if_on(definition)
    (judged,) = judge_candidates(store, running, [candidate])
    dry = _Dry(store, running, candidate, set(came))
    return DryRun(judged.outcome in MAY_ENTER, str(judged.outcome.label), tuple(dry.steps()))


class _Dry:
    def __init__(self, store: Store, running: Running, candidate: Candidate, came: set[str]) -> None:
        self._store, self._running, self._came = store, running, came
        self._now = clock.now()
        values = {"event": dict(candidate.told)}
        enrolment = Enrolment(identity_id=candidate.identity_id, values=values, entered_at=self._now)
        self._standing = Standing(enrolment, candidate.customer_id)

    @property
    def _program(self) -> Program:
        return self._running.program

    def steps(self) -> list[DryStep]:
        taken: list[DryStep] = []
        place = self._program.first
        while place is not None and len(taken) < MOST_STEPS:
            step = self._program.steps[place]
            self._standing.enrolment.since = None
            dry, place = self._take(step)
            taken.append(dry)
        return taken

    def _take(self, step: Step) -> tuple[DryStep, str | None]:
        """The step as it would be taken, and the next one."""
        scene, after = Scene(self._store, self._running, self._now), self._program.after[step.id]
        match step:
            case Send():
                return self._send(step), after
            case Do():
                return self._do(step), after
            case Wait() | WaitUntil():
                return self._wait(step, self._move(scene, step)), after
            case WaitFor(_, on, most, came, missed):
                way = came if step.id in self._came else missed
                said = _("Waits for %(events)s, %(most)s at the longest.")
                told = {"events": ", ".join(on.events), "most": duration_text(most)}
                dry = self._told(step, said % told)
                if step.id not in self._came:
                    self._now += most
                return dry, self._program.beginning(way, step)
            case Branch() | Split():
                move = self._move(scene, step)
                return self._told(step, move.said), move.to
            case Leave():
                return self._told(step, step.reason or _("The journey ends here.")), None

    def _move(self, scene: Scene, step: Step) -> Move:
        """Of a step that does nothing to anybody."""
        (move,) = TAKING[type(step)](scene, step, [self._standing])
        return move

    def _wait(self, step: Step, move: Move) -> DryStep:
        dry = self._told(step, move.said or _("Goes on at once."))
        if move.wake_at is not None:
            dry = self._told(step, _("Waits until then."))
            self._now = move.wake_at
            dry = replace(dry, at=self._now)
        return dry

    def _send(self, step: Send) -> DryStep:
        way = ways_to_send(self._store, step, [self._standing.customer_id])[self._standing.customer_id]
        (made,) = render_for(self._store, way.template, way.channel, [self._addressee()])
        if isinstance(made, Unrendered):
            return self._told(step, made.reason)
        return replace(self._told(step, " ".join(filter(None, (made.subject, way.why)))), message=made)

    def _do(self, step: Do) -> DryStep:
        """Steps after it find an example of what it would give."""
        told = self._told(step, self._doing(step))
        if step.action in actions and (example := actions.get(step.action).example):
            self._standing.enrolment.values[step.action] = dict(example)
        return told

    def _doing(self, step: Do) -> str:
        label = str(_(actions.get(step.action).label)) if step.action in actions else step.action
        texts = [
            fill_texts(self._store, value, [self._addressee()])[0] if isinstance(value, str) else str(value)
            for value in step.parameters.values()
        ]
        return f"{label}: {', '.join(filter(None, texts))}" if any(texts) else label

    def _addressee(self) -> Addressee:
        return addressee(self._standing, topic=self._program.definition.topic)

    def _told(self, step: Step, said: str) -> DryStep:
        return DryStep(step.id, self._now, said)
