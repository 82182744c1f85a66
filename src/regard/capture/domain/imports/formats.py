"""How the values of a file seem to be written, where nobody says so: days before months, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.imports.currency_marks import unmarked
from regard.capture.domain.imports.mapping import Formats, Section
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
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
DAY_AND_MONTH = re.compile(r"(\d\d?)[/-](\d\d?)[/-]", re.ASCII)
MONTHS, LONGEST_MONTH = 12, 31
AMBIGUOUS = datetime(2026, 2, 1)  # noqa: DTZ001 - as a file writes it
TELLING = 100  # days that are no months: more of them make nothing surer
Rows = Iterable[Sequence[Any]]


def guess_formats(
    *, section: Section, kind: ImportKind, header: Sequence[str], first_rows: Rows, rows: Callable[[], Rows]
) -> Formats:
    """rows: all of the file, read as far as needed where the first do not tell whether days or months come first.

    Where no row tells that, the formats have the patterns of both: see `check_order_of_days`.
    """
    taken = list(first_rows)
    amounts = [
        *map(unmarked, _values_of("money", section, kind, header, taken)),
        *_values_of("number", section, kind, header, taken),
    ]
    return Formats(
        time=_time_patterns(
            list(_values_of("time", section, kind, header, taken)),
            lambda: _values_of("time", section, kind, header, rows()),
        ),
        decimal_comma=_has_decimal_comma(amounts),
    )


def _has_decimal_comma(amounts: Sequence[str]) -> bool | None:
    """None where no value tells."""
    if any(map(WITH_POINT.fullmatch, amounts)):
        return False
    return True if any(map(WITH_COMMA.fullmatch, amounts)) else None


def has_order_of_days(formats: Formats) -> bool:
    """Whether no two patterns read the same day differently."""
    patterns = formats.time_patterns()
    return not any(_swapped(pattern) in patterns for pattern in patterns if _swapped(pattern) != pattern)


def check_order_of_days(formats: Formats) -> None:
    """Raises ImportProblem where somebody has to say whether days or months come first."""
    if has_order_of_days(formats):
        return
    first = next(pattern for pattern in formats.time_patterns() if _swapped(pattern) != pattern)
    reason = _(
        "%(day)s may be the 1st of February as well as the 2nd of January, and no row of the file tells. Choose "
        'how days are written, on the page of the upload or in a mapping: time = "%(first)s" or "%(second)s" '
        "under [formats]."
    )
    told = {"day": AMBIGUOUS.strftime(first), "first": first, "second": _swapped(first)}
    raise ImportProblem("mapping formats.time", reason % told)


def day_patterns(day: str) -> list[str]:
    """The patterns of a time for a way to write days, with and without a time of day."""
    return [day + clock for clock in CLOCKS]


def _values_of(
    wanted: FieldType, section: Section, kind: ImportKind, header: Sequence[str], rows: Rows
) -> Iterator[str]:
    """What the columns of a type hold as text."""
    places = {column: place for place, column in enumerate(header)}
    fields = [field for field in kind.fields if field.type == wanted]
    columns = [places[column] for field in fields for column in section.columns_of(field.name)]
    for row in rows:
        for place in columns:
            value = row[place]
            if isinstance(value, str) and not is_absent(value.strip()):
                yield value.strip()


def _time_patterns(values: Sequence[str], all_values: Callable[[], Iterable[str]]) -> list[str] | None:
    """None for ISO 8601, and where nothing fits."""
    if not values or _count_written(values, []) >= ENOUGH * len(values):
        return None
    counts = {day: _count_written(values, day_patterns(day)) for day in DAYS}
    best = max(DAYS, key=lambda day: counts[day])
    if counts[best] < ENOUGH * len(values):
        return None
    days = _likely_orders(best, all_values()) if _swapped(best) in DAYS else [best]
    return [pattern for day in days for pattern in day_patterns(day) if _count_written(values, [pattern])]


def _likely_orders(day: str, values: Iterable[str]) -> list[str]:
    """The one of the pattern and its mirror image that the values tell, or both where they don't."""
    day_first, month_first = sorted([day, _swapped(day)], key=lambda pattern: pattern.startswith("%m"))
    days = [0, 0]  # of the values so far, those with a day in the first place, and in the second
    for value in values:
        if parts := DAY_AND_MONTH.match(value):
            for place in (0, 1):
                days[place] += MONTHS < int(parts[place + 1]) <= LONGEST_MONTH
        if sum(days) >= TELLING:
            break
    if days[0] > ENOUGH * sum(days):
        return [day_first]
    return [month_first] if days[1] > ENOUGH * sum(days) else [day_first, month_first]


def _swapped(pattern: str) -> str:
    """With the month where the day is."""
    return pattern.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")


def _count_written(values: Sequence[str], patterns: Sequence[str]) -> int:
    return sum(_is_written(value, patterns) for value in values)


def _is_written(value: str, patterns: Sequence[str]) -> bool:
    try:
        read_time(value, patterns=patterns, zone=UTC)
    except RowProblem:
        return False
    return True
