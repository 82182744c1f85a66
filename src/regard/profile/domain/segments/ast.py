"""What a segment asks, as values: the one form behind the text, the builder's rows and the SQL.

Every way of making a filter gives the same tree for the same question: an `AllOf` holds no `AllOf`, an `AnyOf`
no `AnyOf`, neither holds just one part; `EVERYONE` is the `AllOf` of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

Value: TypeAlias = Decimal | str | bool | date
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with"]


@dataclass(frozen=True)
class Comparison:
    """The field holds to the value as the operator says; not so when the field is unknown."""

    field: str
    operator: Operator
    value: Value


@dataclass(frozen=True)
class OneOf:
    """The field is one of the values, or, when excluded, a known other."""

    field: str
    values: tuple[Value, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Between:
    """The field lies within the bounds, both included."""

    field: str
    low: Value
    high: Value


@dataclass(frozen=True)
class Known:
    """Whether the field is known at all."""

    field: str
    known: bool = True


@dataclass(frozen=True)
class Not:
    part: Node


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Node, ...]


Condition: TypeAlias = Comparison | OneOf | Between | Known
Node: TypeAlias = Condition | Not | AllOf | AnyOf
EVERYONE = AllOf(())


def all_of(parts: list[Node]) -> Node:
    """What all parts say, in the normal form."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))]
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def any_of(parts: list[Node]) -> Node:
    """What at least one part says, in the normal form. `parts` must not be empty."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def conditions_of(node: Node) -> Iterator[Condition]:
    """Every condition in the tree, from left to right."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from conditions_of(part)
        case Not(part):
            yield from conditions_of(part)
        case _:
            yield node
