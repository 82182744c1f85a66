"""How the values of a file seem to be written, where nobody says so: days before months, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from regard.capture.domain.imports.mapping import Formats, Section
from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.values import is_absent, read_time
from regard.core.registry import FieldType, ImportKind

CLOCKS = (" %H:%M:%S", " %H:%M", ", %H:%M:%S", ", %H:%M", "")
# How days are written. Of those that fit all values the first counts.
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y")
# What only one who writes decimals so would write. 1,234 tells nothing, since it may be grouped; 0,234 and 1234,5
# may not be.
DECIMALS = r"""[+-]?(
    \d*{0}(\d{{1,2}}|\d{{4,}}) | (0?|\d{{4,}}){0}\d{{3}}
    | \d{{1,3}}({1}\d{{3}})+{0}\d+ | \d{{1,3}}({1}\d{{3}}){{2,}}
)"""
WITH_COMMA = re.compile(DECIMALS.format(",", r"\."), re.ASCII | re.VERBOSE)
WITH_POINT = re.compile(DECIMALS.format(r"\.", ","), re.ASCII | re.VERBOSE)
ENOUGH = 0.9  # of the values; others may be slips


def guess_formats(
    *, section: Section, kind: ImportKind, header: Sequence[str], rows: Iterable[Sequence[Any]], currency: str
) -> Formats:
    """rows: the first of the file. currency: the store's; that of the United States puts the month first where a
    day may also be a month.
    """
    values = _values_by_type(section, kind, header, rows)
    amounts = [*values.get("money", []), *values.get("number", [])]
    return Formats(
        time=_time_patterns(values.get("time", []), month_first=currency == "USD"),
        decimal_comma=any(map(WITH_COMMA.fullmatch, amounts)) and not any(map(WITH_POINT.fullmatch, amounts)),
    )


def day_patterns(day: str) -> list[str]:
    """The patterns of a time for a way to write days, with and without a time of day."""
    return [day + clock for clock in CLOCKS]


def _values_by_type(
    section: Section, kind: ImportKind, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> dict[FieldType, list[str]]:
    """What the columns of each type hold as text."""
    places = {column: place for place, column in enumerate(header)}
    taken = list(rows)
    values: dict[FieldType, list[str]] = {}
    for field in kind.fields:
        for column in section.columns_of(field.name):
            told = (row[places[column]] for row in taken)
            texts = [
                value.strip() for value in told if isinstance(value, str) and not is_absent(value.strip())
            ]
            values.setdefault(field.type, []).extend(texts)
    return values


def _time_patterns(values: Sequence[str], *, month_first: bool) -> list[str] | None:
    """None for ISO 8601, and where nothing fits."""
    if not values or _count_written(values, []) >= ENOUGH * len(values):
        return None
    days = sorted(DAYS, key=lambda day: month_first and not day.startswith("%m"))
    counts = {day: _count_written(values, day_patterns(day)) for day in days}
    best = max(days, key=lambda day: counts[day])
    if counts[best] < ENOUGH * len(values):
        return None
    return [pattern for pattern in day_patterns(best) if _count_written(values, [pattern])]


def _count_written(values: Sequence[str], patterns: Sequence[str]) -> int:
    return sum(_is_written(value, patterns) for value in values)


def _is_written(value: str, patterns: Sequence[str]) -> bool:
    try:
        read_time(value, patterns=patterns, zone=UTC)
    except RowProblem:
        return False
    return True
