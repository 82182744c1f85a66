"""A filter as the rows of a form: conditions of which all or any hold. Deeper filters have only their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from regard.profile.domain.segments.ast import (
    EVERYONE,
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Known,
    Node,
    Not,
    OneOf,
    Operator,
    Value,
    all_of,
    any_of,
)
from regard.profile.domain.segments.fields import (
    OF_WORDS,
    OPERATORS,
    AskedField,
    Unfit,
    check_operator,
    check_value,
    field_named,
    unfit_value,
)
from regard.profile.domain.segments.printing import quoted, value_text

Match = Literal["all", "any"]
LACKING = "does not contain"
WITHOUT_VALUE = {"is known", "is unknown"}
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
QUOTED = re.compile(r'"(\\.|[^"\\])*"', re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A condition as it stands in the form. values: what was typed, two for `between`, any number for `in`."""

    field: str
    operator: str
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def is_complete(self) -> bool:
        needed = {"between": 2}.get(self.operator, 0 if self.operator in WITHOUT_VALUE else 1)
        return bool(self.field) and sum(bool(value.strip()) for value in self.values) >= needed


def row_operators(asked: AskedField) -> tuple[str, ...]:
    """The operators that the form offers for a field."""
    fitting = OPERATORS[asked.type]
    if "contains" not in fitting:
        return fitting
    place = fitting.index("contains") + 1
    return (*fitting[:place], LACKING, *fitting[place:])


def node_of_rows(rows: Sequence[Row], match: Match) -> tuple[Node, list[Row]]:
    """The filter that the complete and right rows say, and all rows, those that are wrong with their error."""
    parts, told = [], []
    for row in rows:
        try:
            parts += [_read(row)] if row.is_complete else []
            told.append(replace(row, error=""))
        except Unfit as error:
            told.append(replace(row, error=str(error)))
    if not parts:
        return EVERYONE, told
    return (all_of(parts) if match == "all" else any_of(parts)), told


def rows_of_node(node: Node) -> tuple[Match, list[Row]] | None:
    """The rows that say the same; None for a filter that none can say."""
    match: Match = "any" if isinstance(node, AnyOf) else "all"
    parts = node.parts if isinstance(node, AllOf | AnyOf) else (node,)
    rows = [_row(part) for part in parts]
    found = [row for row in rows if row is not None]
    if len(found) < len(rows) or node_of_rows(found, match)[0] != node:
        return None
    return match, found


def _read(row: Row) -> Node:
    """Raises Unfit."""
    asked = field_named(row.field)
    operator = "contains" if row.operator == LACKING else row.operator
    check_operator(asked, operator)
    values = [
        check_value(asked, operator, _typed(asked, operator, value.strip()))
        for value in _listed(row.values, operator)
        if value.strip()
    ]
    match operator:
        case "is known" | "is unknown":
            return Known(asked.name, operator == "is known")
        case "in" | "not in":
            return OneOf(asked.name, _alike(asked, values), excluded=operator == "not in")
        case "between":
            low, high = sorted(_alike(asked, values[:2]), key=lambda value: cast("Decimal", value))
            return Between(asked.name, low, high)
        case _:
            condition = Comparison(asked.name, cast("Operator", operator), values[0])
            return Not(condition) if row.operator == LACKING else condition


def _listed(values: Sequence[str], operator: str) -> list[str]:
    """Several values stand in one input with commas between them, or are chosen from a list."""
    if operator in {"in", "not in"} and len(values) == 1:
        return values[0].split(",")
    return list(values)


def _alike(asked: AskedField, values: Sequence[Value]) -> tuple[Value, ...]:
    if len({type(value) for value in values}) > 1:
        raise unfit_value(asked)
    return tuple(values)


def _typed(asked: AskedField, operator: str, text: str) -> Value:
    """What was typed as a value of the field; text that is none goes on to be refused with what is wanted."""
    match asked.type:
        case "number" | "days" if NUMBER.fullmatch(text):
            return Decimal(text)
        case "truth" if text in {"true", "false"}:
            return text == "true"
        case "time":
            return _day(text) or text
        case "attribute" if operator not in OF_WORDS:
            return _literal(text)
        case _:
            return text


def _literal(text: str) -> Value:
    """The value of an attribute: a number, a date or a truth when it looks like one, else a text."""
    if QUOTED.fullmatch(text):
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    if NUMBER.fullmatch(text):
        return Decimal(text)
    return text == "true" if text in {"true", "false"} else _day(text) or text


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and 1 < day.year < 9999 else None


def _row(node: Node) -> Row | None:
    match node:
        case Comparison(field, operator, value):
            return Row(field, operator, (_typed_text(field, operator, value),))
        case Not(Comparison(field, "contains", value)):
            return Row(field, LACKING, (_typed_text(field, "contains", value),))
        case OneOf(field, values, excluded):
            each = [_typed_text(field, "in", value) for value in values]
            listed = tuple(each) if field_named(field).type == "choice" else (", ".join(each),)
            return Row(field, "not in" if excluded else "in", listed)
        case Between(field, low, high):
            return Row(field, "between", (value_text(low), value_text(high)))
        case Known(field, known):
            return Row(field, "is known" if known else "is unknown")
        case _:
            return None


def _typed_text(field: str, operator: str, value: Value) -> str:
    """What to type for a value. A text of an attribute that looks like something else stands in quotes."""
    if not isinstance(value, str):
        return value_text(value)
    if operator in OF_WORDS or field_named(field).type != "attribute" or _literal(value) == value:
        return value
    return quoted(value)
