"""Reading what a call says, leniently: what cannot be read counts as not told. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 10**10


def text_of(properties: Mapping[str, Any], *names: str) -> str:
    """The first of these properties that is a text or a whole number; else ""."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def whole_of(properties: Mapping[str, Any], name: str) -> int:
    """A count, also one that is written as a text; 0 for what is none, or more than there are people."""
    value = properties.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0
    try:
        count = int(float(value))
    except (ValueError, OverflowError):
        return 0
    return count if 0 <= count <= MOST else 0
