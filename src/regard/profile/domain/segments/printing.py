"""A filter as text, in its one normal form: reading the text gives the filter back."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from regard.profile.domain.segments.ast import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Known,
    Node,
    Not,
    OneOf,
    Value,
)

PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def segment_text(node: Node) -> str:  # noqa: PLR0911 - a table
    """Keywords in small letters, no more parentheses than needed; "" for everyone."""
    match node:
        case AllOf(parts):
            return " and ".join(_inner(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(segment_text(part) for part in parts)
        case Not(part):
            return f"not {_inner(part)}"
        case Comparison(field, operator, value):
            return f"{field} {operator} {value_text(value)}"
        case OneOf(field, values, excluded):
            listed = ", ".join(value_text(value) for value in values)
            return f"{field} {'not in' if excluded else 'in'} ({listed})"
        case Between(field, low, high):
            return f"{field} between {value_text(low)} and {value_text(high)}"
        case Known(field, known):
            return f"{field} is {'known' if known else 'unknown'}"


def _inner(node: Node) -> str:
    return f"({segment_text(node)})" if isinstance(node, AllOf | AnyOf) else segment_text(node)


def value_text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case Decimal():
            plain = f"{value:f}"
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case str():
            return quoted(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def attribute_field(name: str) -> str:
    """How a filter names the custom attribute."""
    return f"attr.{name if PLAIN_NAME.fullmatch(name) else quoted(name)}"
