"""What fixes a made-up store. Everything else about it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

DAY = 86_400.0  # seconds
YEAR = 365 * DAY
AHEAD = 180 * DAY  # how far lives are made beyond the present, for `regard sim live`
CELL = 4_096  # people whose lives are drawn together, whatever else is asked for


class Stream(IntEnum):
    """What dice are thrown for. Each has dice of its own, so that more throws for one change no other."""

    PEOPLE = 1
    LIVES = 2
    SAID = 3
    BROWSING = 4
    WORDS = 5
    MENTIONS = 6


@dataclass(frozen=True)
class Plan:
    """A store by its seed, the number of its customers, and the moment at which its past ends.

    Every whole CELL of people has the same lives in a larger store. Times are seconds since 1970.
    """

    seed: int
    customers: int
    until: datetime

    @property
    def present(self) -> float:
        return self.until.timestamp()

    @property
    def start(self) -> float:
        return self.present - YEAR

    @property
    def horizon(self) -> float:
        return self.present + AHEAD

    @property
    def cells(self) -> int:
        return -(-self.customers // CELL)

    def dice(self, cell: int, stream: Stream) -> np.random.Generator:
        """The dice of some people for one purpose."""
        return np.random.default_rng(np.random.SeedSequence([self.seed, cell, stream]))


def plan_until(moment: datetime, *, seed: int, customers: int) -> Plan:
    """The plan of a store whose past ends with the last full hour before `moment`."""
    return Plan(seed, customers, moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


@dataclass(frozen=True)
class Span:
    """From a day to the end of another; in seconds since 1970."""

    first: float
    last: float

    def holds(self, at: Floats) -> Truths:
        return (at >= self.first) & (at < self.last)

    def days(self) -> tuple[str, str]:
        """First and last day, as people write them."""
        return day_of(self.first), day_of(self.last - 1)


def day_of(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


@dataclass(frozen=True)
class Story:
    """What happens to the store in its year."""

    carrier_fails: Span
    small_batch: Span  # when it was sold
    price_rise: float
    peak: Span  # Black Friday to the Monday after
    trial: float  # the recovery trial began


def story_of(plan: Plan) -> Story:
    """The dates of the story. All but Black Friday are counted back from the present, from midnight on."""
    midnight = plan.present // DAY * DAY
    monday = midnight - 96 * DAY
    monday -= (int(monday // DAY) + 3) % 7 * DAY  # 1970 began with a Thursday
    return Story(
        carrier_fails=Span(monday, monday + 21 * DAY),
        small_batch=Span(midnight - 66 * DAY, midnight - 24 * DAY),
        price_rise=midnight - 165 * DAY,
        peak=_peak(plan),
        trial=midnight - 250 * DAY,
    )


def _peak(plan: Plan) -> Span:
    """The last Black Friday weekend before the present."""
    year = plan.until.year
    friday = black_friday(year)
    if friday + 4 * DAY > plan.present:
        friday = black_friday(year - 1)
    return Span(friday, friday + 4 * DAY)


def black_friday(year: int) -> float:
    """Its midnight in UTC: the day after the fourth Thursday of November."""
    first = datetime(year, 11, 1, tzinfo=UTC)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    return (thursday + timedelta(days=1)).timestamp()
