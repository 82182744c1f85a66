"""A score along the life of relationships: of customers by the month in which they first bought.

A month of life is one of the calendar: month 0 is that of the first purchase, and a cohort is looked at when each
ends. So all of a cohort come to an age together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.periods import beginning, moved, periods_of
from regard.measure.domain.relationships.bands import Row, Standing, Tally, kind_named, verdicts
from regard.measure.domain.relationships.over_time import Since, since_of
from regard.measure.domain.showing import known_day
from regard.score.domain.kinds import ScoreKind, score_kinds

TRAJECTORY = "trajectory"
UP, FLAT, DOWN = ("trajectory:up", "trajectory:flat", "trajectory:down")
LEAST_LEAD = 10  # proposal: percent of a cohort that more must rise than fall, or fall than rise, to say so
By = Mapping[date, Sequence[Row]]


@dataclass(frozen=True)
class Direction:
    """How many of a cohort rise, are steady and fall, by the score of their path. word: "up", "flat" or "down"; ""
    where of nobody is known."""

    up: int
    flat: int
    down: int

    @property
    def n(self) -> int:
        return self.up + self.flat + self.down

    @property
    def word(self) -> str:
        if not self.n:
            return ""
        lead = 100 * (self.up - self.down) / self.n
        return "up" if lead >= LEAST_LEAD else "down" if lead <= -LEAST_LEAD else "flat"


@dataclass(frozen=True)
class Cohort:
    """Customers who first bought in a month. ages: how they stood at the end of that month and each that followed,
    None where nothing was kept yet; the last one is not over."""

    month: date
    ages: tuple[Standing | None, ...]
    direction: Direction

    @property
    def now(self) -> Standing | None:
        return self.ages[-1]


@dataclass(frozen=True)
class Cohorts:
    """life: how all cohorts together stood by months since the first purchase, of those that have come so far and
    were known then; see OverTime for the rest."""

    kind: ScoreKind
    since: Since
    as_of: datetime | None
    cohorts: tuple[Cohort, ...]
    life: tuple[Standing | None, ...]


def scores_by_cohort(store: Store, score: str, *, first: date, last: date) -> Cohorts:
    """Cohorts from the month of the first day to that of the last, as they stand now. Raises ValidationError."""
    kind, months = kind_named(score), [period.first for period in periods_of(first, last, "month")]
    with open_lake(store) as lake:
        since, today = since_of(lake, score), known_day(store, lake)
        if since.known is None:
            return Cohorts(kind, since, lake.at, (), ())
        moves, paths = _by_cohort(lake, (score, TRAJECTORY), today)
        at = lake.at
    this, begin = beginning(today, "month"), beginning(since.known, "month")
    cohorts = [
        Cohort(
            month, _ages(kind, moves[month], _months(month, this), begin), _direction(paths.get(month, ()))
        )
        for month in months
        if month in moves and month <= this
    ]
    return Cohorts(kind, since, at, tuple(cohorts), _life(kind, cohorts))


def _by_cohort(lake: Lake, scores: Sequence[str], last: date) -> list[By]:
    """The moves of each score; together, since the first purchases are looked for once then."""
    from regard.measure.domain.relationships.expressions import moves_in_cohorts  # noqa: PLC0415 - brings ibis

    found: dict[str, dict[date, list[Row]]] = {score: defaultdict(list) for score in scores}
    for row in lake.rows_of(moves_in_cohorts(lake, scores, last)):
        found[row["name"]][row["cohort"]].append(row)
    return [found[score] for score in scores]


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [moved(first, "month", number) for number in range(count)]


def _ages(
    kind: ScoreKind, rows: Iterable[Row], months: Sequence[date], known_from: date
) -> tuple[Standing | None, ...]:
    """What was known of a customer before they first bought counts from their first month on."""
    by_month: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_month[max(row["period"], months[0])].append(row)
    tally, ages = Tally(verdicts(kind)), []
    for month in months:
        for row in by_month[month]:
            tally.add(row)
        ages.append(tally.standing() if month >= known_from else None)
    return tuple(ages)


def _direction(rows: Iterable[Row]) -> Direction:
    tally = Tally(verdicts(score_kinds.get(TRAJECTORY)))
    for row in rows:
        tally.add(row)
    customers = tally.standing().customers
    return Direction(customers[UP], customers[FLAT], customers[DOWN])


def _life(kind: ScoreKind, cohorts: Sequence[Cohort]) -> tuple[Standing | None, ...]:
    oldest = max((len(cohort.ages) for cohort in cohorts), default=0)
    return tuple(
        _together(kind, [cohort.ages[age] for cohort in cohorts if age < len(cohort.ages)])
        for age in range(oldest)
    )


def _together(kind: ScoreKind, standings: Sequence[Standing | None]) -> Standing | None:
    known = [each for each in standings if each is not None]
    if not known:
        return None
    customers = {band: sum(each.customers[band] for each in known) for band in verdicts(kind)}
    n = sum(customers.values())
    total = sum((each.mean or 0) * each.n for each in known)
    return Standing(customers, round(total / n, 2) if n else None)
