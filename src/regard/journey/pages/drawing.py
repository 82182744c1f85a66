"""A journey in the making as it is drawn: each card with what is wrong with it, and the fields of the one that is
open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from regard.core.domain.written.reading import DefinitionInvalid, Problem
from regard.journey.domain.definition.editing import (
    Found,
    Values,
    can_move,
    kind_of,
    walk_steps,
    ways_before,
    ways_within,
)
from regard.journey.domain.definition.parts import Definition, HandStart, Step
from regard.journey.domain.definition.reading import read_definition
from regard.journey.domain.words import Described, describe_exit, describe_start, describe_step, ways_in_words
from regard.journey.pages.flow import LOOKS, Look, look_of_kind
from regard.journey.pages.forms import start_choices, start_kind
from regard.ui.value_fields import Field, filled

START, RULES, EXITS, STEP = "start", "rules", "exits", "step"
OF_RULES = {
    "name", "description", "who", "only_while", "instance", "again", "holdout", "priority", "topic", "journey",
    "playbook",
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A part of the journey. key: of its problems, and what opens it; fields: of the open one."""

    key: str
    described: Described
    problems: Sequence[str] = ()
    fields: Sequence[Field] = ()
    is_open: bool = False

    @property
    def dom(self) -> str:
        return self.key.replace(" ", "-")


@dataclass(frozen=True)
class StepCard:
    """A step, with where it may go. into: the ways of the step before it, by number and in words."""

    card: Card
    id: str
    look: Look
    name: str
    kind: str
    rises: bool
    sinks: bool
    into: Sequence[tuple[int, str]]
    ways: Sequence[WayDrawn] = ()
    more_ways: bool = False  # whether it has more ways than it must have


@dataclass(frozen=True)
class WayDrawn:
    label: str
    place: str
    steps: Sequence[StepCard]


@dataclass(frozen=True)
class Drawn:
    """loose: problems of no part in particular; count: of all of them."""

    start: Card
    starts: Sequence[tuple[str, str]]
    start_kind: str
    rules: Card
    exits: Card
    exit_fields: Sequence[Sequence[Field]]
    root: WayDrawn
    loose: Sequence[str]
    count: int
    told_ids: Sequence[str] = field(default_factory=list)


class _Pen:
    """Draws one journey: what is asked of every card is kept here."""

    def __init__(self, values: Values, opened: str, fields: Sequence[Field], read_from: Values) -> None:
        self.values, self.opened, self.fields, self.read_from = values, opened, fields, read_from
        self.found = list(walk_steps(values))
        self.by_place = {found.place: found for found in self.found}
        self.by_way: dict[str, list[Found]] = defaultdict(list)
        for each in self.found:
            self.by_way[each.way].append(each)
        self.problems: dict[str, list[tuple[str, str]]] = defaultdict(
            list
        )  # by card: the place within it, and words

    def place(self, problem: Problem) -> None:
        key, rest = self._card_of(problem.where)
        self.problems[key].append((rest, problem.said))

    def _card_of(self, where: str) -> tuple[str, str]:
        for each in self.found:
            if where == _("step %s") % each.step["id"]:
                return f"{STEP} {each.step['id']}", ""
        first = where.partition(".")[0]
        if first == "steps":
            place = where
            while place and place not in self.by_place:
                place = place.rpartition(".")[0]
            if place:
                return f"{STEP} {self.by_place[place].step['id']}", where[len(place) + 1 :]
        if first == START:
            return START, where.partition(".")[2]
        if first == EXITS or first in OF_RULES:
            return (EXITS if first == EXITS else RULES), where
        return "", where

    def card(self, key: str, described: Described) -> Card:
        """Problems of a field that is shown stand beside it, the others with the card."""
        problems, is_open = self.problems.get(key, []), self.opened == key
        if not is_open:
            return Card(key, described, [said for _place, said in problems])
        fields = [
            replace(one, errors=[said for place, said in problems if place == one.place])
            for one in filled(self.fields, self.read_from)
        ]
        beside = {one.place for one in fields}
        rest = [said for place, said in problems if place not in beside]
        return Card(key, described, rest, fields, is_open=True)

    def way(self, label: str, place: str) -> WayDrawn:
        return WayDrawn(label, place, [self._step(found) for found in self.by_way.get(place, [])])

    def _step(self, found: Found) -> StepCard:
        step, step_id = found.step, str(found.step["id"])
        read = _read_step(step)
        described = describe_step(read) if read else Described(_("not complete yet"))
        within = ways_within(step, found.place)
        labels = _way_labels(step, read, len(within))
        before = found.siblings[found.index - 1] if found.index else None
        into = _way_labels(before, _read_step(before), len(ways_before(found))) if before else []
        return StepCard(
            card=self.card(f"{STEP} {step_id}", described),
            id=step_id,
            look=LOOKS[type(read)] if read else look_of_kind(kind_of(step)),
            name=str(step.get("name") or ""),
            kind=kind_of(step),
            rises=can_move(found, -1),
            sinks=can_move(found, 1),
            into=list(enumerate(into)),
            ways=[self.way(label, place) for label, (place, _way) in zip(labels, within, strict=True)],
            more_ways=len(within) > 2,
        )


def draw(
    values: Values, problems: Sequence[Problem], *, opened: str, fields: Sequence[Field], read_from: Values
) -> Drawn:
    """opened: the key of the open card, whose fields are filled from `read_from`."""
    pen = _Pen(values, opened, fields, read_from)
    for problem in problems:
        pen.place(problem)
    exits = pen.card(EXITS, _exits_described(values))
    by_exit: dict[int, list[Field]] = defaultdict(list)
    for one in exits.fields:
        by_exit[int(one.path[1])].append(one)
    keys = [START, RULES, EXITS, *(f"{STEP}-{found.step['id']}" for found in pen.found)]
    errors = [f"error-{one.dom}" for one in fields]
    return Drawn(
        start=pen.card(START, _start_described(values)),
        starts=start_choices(),
        start_kind=start_kind(values.get("start")),
        rules=pen.card(RULES, Described(str(values.get("name") or ""))),
        exits=exits,
        exit_fields=[by_exit[number] for number in sorted(by_exit)],
        root=pen.way("", "steps"),
        loose=[said for _place, said in pen.problems.get("", [])],
        count=len(problems),
        told_ids=["definition", "editor-told", *(f"told-{key}" for key in keys), *errors],
    )


def _read_step(step: Mapping[str, Any]) -> Step | None:
    """The step by itself, None while it cannot be read. What is within it plays no part."""
    alone = {name: value for name, value in step.items() if name not in {"then", "else"}}
    if "split" in alone:
        alone["split"] = [{**way, "steps": []} for way in alone["split"]]
    definition = _read({"steps": [alone]})
    return definition.steps[0] if definition else None


def _read(parts: Mapping[str, Any]) -> Definition | None:
    try:
        return read_definition(
            {"journey": "x", "name": "x", "start": {"by_hand": True}, "steps": [], **parts}
        )
    except DefinitionInvalid:
        return None


def _start_described(values: Values) -> Described:
    read = _read({"start": values.get("start")})
    return describe_start(read.start if read else HandStart()) if read else Described(_("not complete yet"))


def _exits_described(values: Values) -> Described:
    read = _read({"exits": values.get("exits")})
    if read is None:
        return Described(_("not complete yet"))
    told = [describe_exit(one).said for one in read.exits]
    return Described(" · ".join(told) or _("by nothing: everybody goes on to the end"))


def _way_labels(step: Mapping[str, Any] | None, read: Step | None, count: int) -> list[str]:
    if read is not None:
        return ways_in_words(read)
    if step is not None and kind_of(step) == "if":
        return [_("Yes"), _("No")]
    if step is not None and kind_of(step) == "wait_for":
        return [_("It came"), _("It did not come")]
    return [_("Way %d") % number for number in range(1, count + 1)]
