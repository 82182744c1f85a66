"""When people buy: by month, weekday and hour, and around Black Friday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from regard.sim.causes import PEAK, PEAK_WEEK
from regard.sim.plan import DAY, YEAR, Floats, Plan, Span, Story, black_friday

HOUR = 3_600.0
MONTHS = (0.86, 0.88, 0.97, 1.0, 1.04, 0.98, 0.88, 0.86, 1.02, 1.05, 1.12, 1.2)
WEEKDAYS = (1.08, 1.02, 0.98, 0.98, 0.94, 0.9, 1.12)  # from Monday
# Of the day in UTC, for people around Berlin: little at night, most in the evening.
HOURS = (
    0.2, 0.1, 0.1, 0.1, 0.2, 0.5, 0.8, 1.0, 1.2, 1.3, 1.3, 1.3,
    1.2, 1.1, 1.1, 1.2, 1.3, 1.5, 1.9, 2.1, 1.9, 1.4, 0.8, 0.4,
)  # fmt: skip


class Season:
    """The store's pace: a clock that runs fast when people buy.

    On it a person who orders r times in an ordinary year waits an exponential time with a mean of 1/r years for
    the next order. So orders gather where the pace is high.
    """

    def __init__(self, plan: Plan) -> None:
        first = plan.start // DAY * DAY
        self._hours = np.arange(first, plan.horizon + DAY, HOUR)
        day = (self._hours // DAY).astype(np.int64)
        pace = np.asarray(MONTHS)[
            self._hours.astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12
        ]
        pace *= np.asarray(WEEKDAYS)[(day + 3) % 7]
        pace *= np.asarray(HOURS)[(self._hours // HOUR).astype(np.int64) % 24]
        for peak in peaks_of(plan):
            pace[peak.holds(self._hours)] *= PEAK
            pace[Span(peak.first - 6 * DAY, peak.first).holds(self._hours)] *= PEAK_WEEK
        self._passed = np.concatenate(([0.0], np.cumsum(pace)[:-1])) * HOUR / YEAR

    def after(self, at: Floats, years: Floats) -> Floats:
        """The moments at which so much of the store's time has passed since `at`; infinite beyond the horizon."""
        goal = self.passed(at) + years
        return np.where(goal >= self._passed[-1], np.inf, self.spread(goal))

    def passed(self, at: Floats) -> Floats:
        """How many of the store's years have passed since the beginning."""
        years: Floats = np.interp(at, self._hours, self._passed)
        return years

    def spread(self, years: Floats) -> Floats:
        """The moments at which so many of the store's years have passed."""
        moments: Floats = np.interp(years, self._passed, self._hours)
        return moments


def peaks_of(plan: Plan) -> list[Span]:
    """Every Black Friday weekend of the time that is simulated."""
    years = range(_year(plan.start), _year(plan.horizon) + 1)
    fridays = [black_friday(year) for year in years]
    return [Span(friday, friday + 4 * DAY) for friday in fridays]


def _year(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).year


@dataclass(frozen=True)
class World:
    """What lives are made from beside the people: what is fixed, and the dice."""

    plan: Plan
    story: Story
    season: Season
    dice: np.random.Generator
