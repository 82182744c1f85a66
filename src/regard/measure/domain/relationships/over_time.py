"""A score of a store's customers along the calendar: its mean, and how many are in which band."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.periods import Period, periods_of
from regard.measure.domain.relationships.bands import Row, Standing, Tally, kind_named, verdicts
from regard.measure.domain.showing import known_day
from regard.score.domain.kinds import ScoreKind

Stretch = Literal["week", "month"]


@dataclass(frozen=True)
class Since:
    """The days since which a score is known, and since which it is kept as it moves; between them it was computed
    afterwards, for the ends of months. None: it is not."""

    known: date | None
    kept: date | None


@dataclass(frozen=True)
class PeriodEnd:
    """How customers stood at the end of a period, or so far. standing: None where nothing is known."""

    period: Period
    is_complete: bool
    standing: Standing | None


@dataclass(frozen=True)
class OverTime:
    """as_of: up to when the lake is complete."""

    kind: ScoreKind
    since: Since
    as_of: datetime | None
    ends: tuple[PeriodEnd, ...]


def scores_over_time(store: Store, score: str, *, first: date, last: date, each: Stretch) -> OverTime:
    """Whole weeks or months, from that of the first day to that of the last. Raises ValidationError."""
    kind, periods = kind_named(score), periods_of(first, last, each)
    with open_lake(store) as lake:
        since, today = since_of(lake, score), known_day(store, lake)
        by_period = _moves(lake, score, periods, each)
        at = lake.at
    tally, ends = Tally(verdicts(kind)), []
    for period in periods:
        for row in by_period.get(period.first, ()):
            tally.add(row)
        is_known = since.known is not None and since.known < period.after and period.first <= today
        standing = tally.standing() if is_known else None
        ends.append(PeriodEnd(period, period.after <= today, standing))
    return OverTime(kind, since, at, tuple(ends))


def _moves(lake: Lake, score: str, periods: list[Period], each: Stretch) -> dict[date, list[Row]]:
    from regard.measure.domain.relationships.expressions import moves_in_periods  # noqa: PLC0415 - brings ibis

    rows: dict[date, list[Row]] = defaultdict(list)
    for row in lake.rows_of(moves_in_periods(lake, score, periods[0].first, periods[-1].last, each)):
        rows[row["period"]].append(row)
    return rows


def since_of(lake: Lake, score: str) -> Since:
    """Since when the score is known, and kept."""
    from regard.measure.domain.relationships.expressions import first_known  # noqa: PLC0415 - brings ibis

    [row] = lake.rows_of(first_known(lake, score))
    return Since(row["known"], row["kept"])
