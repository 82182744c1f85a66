"""Where a customer's statements are heading: a line that single outliers do not bend.

Theil-Sen: the slope is the median of the slopes between all pairs of statements (Sen 1968, Estimates of the
regression coefficient based on Kendall's tau). Only statements of the same series make a pair, as elsewhere only
like is held against like; of each customer the last `LATEST` statements count.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from regard.score.domain.columns import Column, Numbers, microseconds
from regard.score.domain.grouping import Facts
from regard.score.domain.known_facts import CODES

LATEST = 8
LEAST = 3  # pairs, as three statements of a series make; fewer draw no line
PERIOD_DAYS = 90.0  # slopes are points in so many days
CLOSE_DAYS = 1.0  # statements nearer than this say nothing of a direction
_DAY = 86_400e6


def trend_of(said: Facts) -> dict[str, Column]:
    """Columns of features. said: statements, 0 to 100.

    trend_statements: those that the line rests on. trend_slope: points in ninety days. trend_expected: the next
    statement after another gap like the mean one, 0 to 100. NaN where too few can be compared.
    """
    slope, expected = np.full(said.people, np.nan), np.full(said.people, np.nan)
    statements = np.minimum(said.count(), LATEST)
    enough = np.flatnonzero(statements >= LEAST)
    value, days, series = (
        _latest(said, column, enough) for column in (said.value, _days(said), _series(said))
    )
    slopes, paired = _slopes(value, days, series)
    many = (~np.isnan(slopes)).sum(axis=1) >= LEAST
    rows = enough[many]
    slope[rows] = np.round(_medians(slopes[many]) * PERIOD_DAYS, 4)
    expected[rows] = _expected(value[many], days[many], paired[many], slope[rows] / PERIOD_DAYS)
    count = np.zeros(said.people, np.int64)
    count[rows] = paired[many].sum(axis=1)
    return {"trend_statements": count, "trend_slope": slope, "trend_expected": expected}


def _days(said: Facts) -> Numbers:
    return microseconds(said.at) / _DAY


def _series(said: Facts) -> Numbers:
    return said.kind.astype(float) * CODES + said.code


def _latest(said: Facts, column: Numbers, people: Column) -> Numbers:
    """Of these customers the last statements, shape (people, LATEST), the last one first; NaN for none."""
    counts = said.count()[people]
    ends = np.cumsum(said.count())[people]
    back = np.arange(LATEST)
    places = np.clip(ends[:, None] - 1 - back, 0, None)
    there = back < counts[:, None]
    return np.where(there, column[places], np.nan) if len(column) else np.empty((len(people), LATEST))


def _slopes(value: Numbers, days: Numbers, series: Numbers) -> tuple[Numbers, Column]:
    """Points a day of each pair, NaN where there is none to compare; and which statements are in any pair."""
    pairs = np.array(list(combinations(range(LATEST), 2)))
    later, earlier = pairs[:, 0], pairs[:, 1]  # the last statement comes first
    span = days[:, later] - days[:, earlier]
    alike = (series[:, later] == series[:, earlier]) & (span >= CLOSE_DAYS)
    slopes = np.full(span.shape, np.nan)
    np.divide(value[:, later] - value[:, earlier], span, out=slopes, where=alike)
    paired = np.zeros(value.shape, bool)
    for column, (one, other) in enumerate(pairs):
        paired[:, one] |= alike[:, column]
        paired[:, other] |= alike[:, column]
    return slopes, paired


def _expected(value: Numbers, days: Numbers, paired: Column, slope: Numbers) -> Numbers:
    """The line's value one mean gap after the last statement; its height is the median of what it leaves over."""
    last = np.max(days, axis=1, where=paired, initial=-np.inf)
    first = np.min(days, axis=1, where=paired, initial=np.inf)
    gap = (last - first) / (paired.sum(axis=1) - 1)
    left_over = np.where(paired, value - slope[:, None] * (days - last[:, None]), np.nan)
    expected: Numbers = np.round(np.clip(_medians(left_over) + slope * gap, 0, 100), 2)
    return expected


def _medians(rows: Numbers) -> Numbers:
    """Of what is known in each row, in which something is."""
    ranked = np.sort(rows, axis=1)  # what is not known goes last
    count = (~np.isnan(rows)).sum(axis=1)
    each = np.arange(len(rows))
    medians: Numbers = (ranked[each, (count - 1) // 2] + ranked[each, count // 2]) / 2
    return medians
