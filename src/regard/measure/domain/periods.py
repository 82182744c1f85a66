"""Periods: days of a store cut into stretches that follow each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_PERIODS = 400
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)  # beyond, a day is a slip of the pen


@dataclass(frozen=True)
class Period:
    """first: its first day; after: the day after its last."""

    first: date
    after: date

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)


def periods_of(first: date, last: date, grain: Grain | None) -> list[Period]:
    """The days from `first` to `last` as one period, or cut by the calendar; weeks begin on Monday.

    Cut ones are whole: the first and the last may reach beyond the days that were asked for. Raises
    ValidationError.
    """
    for name, day in (("from", first), ("to", last)):
        if not FIRST_DAY <= day <= LAST_DAY:
            bounds = {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
            raise ValidationError({name: _("Give a day from %(first)s to %(last)s.") % bounds})
    if last < first:
        raise ValidationError({"to": _("It lies before the first day; give a later one.")})
    if grain is None:
        return [Period(first, last + timedelta(days=1))]
    periods, start = [], beginning(first, grain)
    while start <= last:
        following = moved(start, grain, 1)
        periods.append(Period(start, following))
        start = following
        if len(periods) > MOST_PERIODS:
            raise ValidationError(
                {
                    "from": _("That is more than %d periods; ask for fewer days or longer periods.")
                    % MOST_PERIODS
                }
            )
    return periods


def last_months(today: date, count: int) -> tuple[date, date]:
    """The first and the last day of the so many months that are over."""
    this = beginning(today, "month")
    return moved(this, "month", -count), this - timedelta(days=1)


def is_month(first: date, last: date) -> bool:
    """Whether these are the first and the last day of one month."""
    return first.day == 1 and last + timedelta(days=1) == moved(first, "month", 1)


def before(period: Period, grain: Grain | None) -> Period:
    """The period that it is compared with: the one before; of whole months, as many months."""
    if grain is not None:
        return Period(moved(period.first, grain, -1), period.first)
    if period.first.day == period.after.day == 1:
        months = (period.after.year - period.first.year) * 12 + period.after.month - period.first.month
        return Period(_months_on(period.first, -months), period.first)
    return Period(period.first - (period.after - period.first), period.first)


def beginning(day: date, grain: Grain) -> date:
    """The first day of the stretch of the calendar that a day is in."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return date(day.year, (day.month - 1) // MONTHS[grain] * MONTHS[grain] + 1, 1)


def moved(start: date, grain: Grain, count: int) -> date:
    """So many stretches on, or back."""
    if grain in MONTHS:
        return _months_on(start, count * MONTHS[grain])
    return start + timedelta(days=count * (7 if grain == "week" else 1))


def _months_on(start: date, months: int) -> date:
    number = start.year * 12 + start.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
