"""A journey's tree of steps as it is walked: which step comes after which, and what it listens to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from regard.journey.domain.definition.parts import (
    Branch,
    Definition,
    EventStart,
    Listen,
    ScoreStart,
    Send,
    Split,
    Step,
    WaitFor,
)
from regard.profile.domain.segments.printing import value_text

HEALTH = "health"  # the score whose moves have a fact of their own


@dataclass(frozen=True)
class Program:
    """steps: by id. after: by id the step that comes next at its end, None at the end of the journey."""

    definition: Definition
    steps: Mapping[str, Step]
    after: Mapping[str, str | None]

    @property
    def first(self) -> str | None:
        return self.definition.steps[0].id if self.definition.steps else None

    def beginning(self, steps: Sequence[Step], behind: Step) -> str | None:
        """Where a way within a step begins; behind that step for an empty one."""
        return steps[0].id if steps else self.after[behind.id]

    @cached_property
    def listens(self) -> frozenset[str]:
        """Names of the events that concern those who are inside."""
        waits = (step.on.events for step in self.steps.values() if isinstance(step, WaitFor))
        exits = (each.on.events for each in self.definition.exits)
        return frozenset(name for names in (*waits, *exits) for name in names)

    @cached_property
    def starts(self) -> Listen | None:
        """The events that somebody may enter by; None when it starts in another way."""
        match self.definition.start:
            case EventStart(events, where):
                return Listen(events, where)
            case ScoreStart() as start:
                return _moves(start)
            case _:
                return None

    @property
    def sends(self) -> list[Send]:
        return [step for step in self.steps.values() if isinstance(step, Send)]


def program_of(definition: Definition) -> Program:
    """The steps of a journey by id, and what follows each."""
    steps: dict[str, Step] = {}
    after: dict[str, str | None] = {}
    _lay_out(definition.steps, None, steps, after)
    return Program(definition, steps, after)


def ways_of(step: Step) -> list[tuple[str, tuple[Step, ...]]]:
    """The ways that part at a step, by a short name; [] for a step that has one."""
    match step:
        case Branch(_, _, then, otherwise):
            return [("then", then), ("else", otherwise)]
        case WaitFor(_, _, _, came, missed):
            return [("then", came), ("else", missed)]
        case Split(_, ways):
            return [(str(place), way.steps) for place, way in enumerate(ways, 1)]
        case _:
            return []


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """From the top down, each before what is within it."""
    for step in steps:
        yield step
        for _name, way in ways_of(step):
            yield from all_steps(way)


def _lay_out(
    steps: Sequence[Step], behind: str | None, by_id: dict[str, Step], after: dict[str, str | None]
) -> None:
    for place, step in enumerate(steps):
        by_id[step.id] = step
        after[step.id] = steps[place + 1].id if place + 1 < len(steps) else behind
        for _name, way in ways_of(step):
            _lay_out(way, after[step.id], by_id, after)


def _moves(start: ScoreStart) -> Listen:
    """Moves of a score are facts of the log: one of health, one of all others."""
    conditions = [f"event.band in ({_listed(start.score, start.into)})"]
    if start.before:
        conditions.append(f"event.previous_band in ({_listed(start.score, start.before)})")
    if start.score == HEALTH:
        return Listen(("HealthChanged",), " and ".join(conditions))
    conditions.append(f"event.score = {value_text(start.score)}")
    return Listen(("ScoreChanged",), " and ".join(conditions))


def _listed(score: str, bands: Sequence[str]) -> str:
    """Facts name a band with its score before it: "health:at_risk"."""
    return ", ".join(value_text(f"{score}:{band}") for band in bands)
