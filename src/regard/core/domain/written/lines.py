"""At which line of a text in YAML something stands that a problem is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from regard.core.domain.written.reading import LONGEST_TEXT, Problem


@dataclass(frozen=True)
class PlacedProblem:
    """line: from 1, None where the text has no such place."""

    problem: Problem
    line: int | None


def place_problems(text: str, problems: list[Problem]) -> list[PlacedProblem]:
    """The problems with their lines, from the top of the text down."""
    lines = _lines_of(text)
    placed = [PlacedProblem(problem, _nearest(lines, problem.where)) for problem in problems]
    return sorted(placed, key=lambda one: one.line or 0)


def _nearest(lines: dict[str, int], where: str) -> int | None:
    """Of the place itself, or of the innermost that holds it: what is missing has no line of its own."""
    parts = where.split(".")
    while parts:
        if (line := lines.get(".".join(parts))) is not None:
            return line
        parts.pop()
    return None


def _lines_of(text: str) -> dict[str, int]:
    """By place, such as "steps.2.then.1.wait", and by the name of a step's place: {} for what is no YAML."""
    if len(text) > LONGEST_TEXT:
        return {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return {}
    return dict(_walk(root, "")) if root else {}


def _walk(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = f"{path}.{key.value}".lstrip(".")
            yield place, key.start_mark.line + 1
            yield from _walk(value, place)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, 1):
            place = f"{path}.{number}".lstrip(".")
            yield place, item.start_mark.line + 1
            yield from _walk(item, place)
