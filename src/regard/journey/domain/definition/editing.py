"""Changing a journey that is still being written: plain values, which may lack anything until they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from regard.journey.domain.definition.reading import BESIDE, DEEPEST, KINDS, MOST_STEPS

Values = dict[str, Any]
Steps = list[Values]
HALVES = [{"share": 50, "steps": []}, {"share": 50, "steps": []}]
# How a step of each kind begins.
BLANKS: Mapping[str, Values] = {
    "send": {"send": ""},
    "wait": {"wait": "1 day"},
    "until": {"until": "good hour"},
    "wait_for": {"wait_for": {"event": ""}, "most": "7 days"},
    "if": {"if": ""},
    "split": {"split": HALVES},
    "do": {"do": ""},
    "leave": {"leave": True},
}


class EditInvalid(ValueError):
    """There is no such step, or no such place for one: the page that asked is not of these values."""


@dataclass(frozen=True)
class Found:
    """A step where it stands. place: such as "steps.2.then.1"; way: the place of those it stands among."""

    step: Values
    place: str
    way: str
    siblings: Steps
    index: int


def tidy(values: Any) -> Values:
    """The same with an id for every step, and without what is no step. Raises EditInvalid for no journey."""
    if not isinstance(values, dict):
        raise EditInvalid("journey")
    tidied = deepcopy(values)
    tidied["steps"] = _tidy_steps(tidied.get("steps"), 0)
    if sum(1 for _found in walk_steps(tidied)) > MOST_STEPS:
        raise EditInvalid("steps")
    seen: set[str] = set()
    for found in walk_steps(tidied):
        if not isinstance(found.step.get("id"), str) or found.step["id"] in seen:
            found.step["id"] = free_id(tidied)
        seen.add(found.step["id"])
    return tidied


def kind_of(step: Mapping[str, Any]) -> str:
    """The first kind that a step says it is of."""
    return next(kind for kind in KINDS if kind in step)


def ways_within(step: Values, place: str) -> list[tuple[str, Steps]]:
    """The ways that part at a step, each by its place; they are made where they are not there yet."""
    match kind_of(step):
        case "if" | "wait_for":
            return [(f"{place}.{name}", step.setdefault(name, [])) for name in ("then", "else")]
        case "split":
            return [
                (f"{place}.split.{number}.steps", way.setdefault("steps", []))
                for number, way in enumerate(step["split"], 1)
            ]
        case _:
            return []


def walk_steps(values: Values) -> Iterator[Found]:
    """Every step from the top down, each before what is within it."""
    yield from _walk(values.setdefault("steps", []), "steps")


def find_step(values: Values, step_id: str) -> Found:
    """Raises EditInvalid for none."""
    for found in walk_steps(values):
        if found.step.get("id") == step_id:
            return found
    raise EditInvalid(step_id)


def add_step(values: Values, kind: str, way: str, index: int) -> str:
    """Put a new step of this kind into a way, before the one at `index`; gives its id."""
    if kind not in BLANKS:
        raise EditInvalid(kind)
    siblings = _way(values, way)
    step = {"id": free_id(values), **deepcopy(BLANKS[kind])}
    siblings.insert(max(0, min(index, len(siblings))), step)
    return str(step["id"])


def copy_step(values: Values, step_id: str) -> str:
    """Another like it behind it, with all that is within it; gives its id."""
    found = find_step(values, step_id)
    copied = deepcopy(found.step)
    found.siblings.insert(found.index + 1, copied)
    for each in _walk([copied], ""):
        each.step["id"] = ""
    for each in _walk([copied], ""):
        each.step["id"] = free_id(values)
    return str(copied["id"])


def remove_step(values: Values, step_id: str) -> Found:
    """Take a step away with all that is within it; gives where it stood."""
    found = find_step(values, step_id)
    del found.siblings[found.index]
    return found


def move_step(values: Values, step_id: str, by: int) -> None:
    """One place up (-1) or down (1); from the end of a way out of it, before or behind the step that it is in."""
    found = find_step(values, step_id)
    there = found.index + by
    if 0 <= there < len(found.siblings):
        found.siblings.insert(there, found.siblings.pop(found.index))
        return
    holder = _holder(values, found)
    if holder is not None:
        del found.siblings[found.index]
        holder.siblings.insert(holder.index + (1 if by > 0 else 0), found.step)


def move_into(values: Values, step_id: str, number: int) -> None:
    """To the end of a way, from 0, of the step that stands before it."""
    found = find_step(values, step_id)
    ways = ways_before(found)
    if not 0 <= number < len(ways):
        raise EditInvalid(str(number))
    ways[number].append(found.siblings.pop(found.index))


def ways_before(found: Found) -> list[Steps]:
    """The ways within the step that stands before this one."""
    if not found.index:
        return []
    return [way for _place, way in ways_within(found.siblings[found.index - 1], "")]


def can_move(found: Found, by: int) -> bool:
    """Whether `move_step` changes anything."""
    return 0 <= found.index + by < len(found.siblings) or found.way != "steps"


def free_id(values: Values) -> str:
    """The first of s1, s2 and so on that no step has."""
    taken = {found.step.get("id") for found in walk_steps(values)}
    return next(f"s{number}" for number in range(1, len(taken) + 2) if f"s{number}" not in taken)


def _walk(steps: Steps, way: str) -> Iterator[Found]:
    for index, step in enumerate(steps):
        place = f"{way}.{index + 1}"
        yield Found(step, place, way, steps, index)
        for within, inner in ways_within(step, place):
            yield from _walk(inner, within)


def _way(values: Values, place: str) -> Steps:
    if place == "steps":
        return values.setdefault("steps", [])  # type: ignore[no-any-return]
    for found in walk_steps(values):
        for within, steps in ways_within(found.step, found.place):
            if within == place:
                return steps
    raise EditInvalid(place)


def _holder(values: Values, found: Found) -> Found | None:
    """The step in whose way it stands."""
    for each in walk_steps(values):
        if any(within == found.way for within, _steps in ways_within(each.step, each.place)):
            return each
    return None


def _tidy_steps(steps: Any, depth: int) -> Steps:
    if not isinstance(steps, list):
        return []
    if depth > DEEPEST:
        raise EditInvalid("steps")
    return [_tidy_step(step, depth) for step in steps if isinstance(step, dict) and _has_kind(step)]


def _has_kind(step: Values) -> bool:
    return any(kind in step for kind in KINDS)


def _tidy_step(step: Values, depth: int) -> Values:
    kind = kind_of(step)
    for name in BESIDE[kind] & {"then", "else"}:
        step[name] = _tidy_steps(step.get(name), depth + 1)
    if kind == "split":
        ways = step["split"] if isinstance(step["split"], list) else []
        step["split"] = [way for way in ways if isinstance(way, dict)] or deepcopy(HALVES)
        for way in step["split"]:
            way["steps"] = _tidy_steps(way.get("steps"), depth + 1)
    return step
