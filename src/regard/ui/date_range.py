"""A span of days that somebody asks for, and the one it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DAYS = {
    "7": 7,
    "28": 28,
    "91": 91,
    "364": 364,
}  # whole weeks, so that each holds as many Saturdays as the other
OWN = "own"
SPANS: tuple[tuple[str, Promise], ...] = (
    ("7", _("Last 7 days")),
    ("28", _("Last 4 weeks")),
    ("91", _("Last 13 weeks")),
    ("364", _("Last 52 weeks")),
    (OWN, _("Dates below")),
)
COMPARISONS: tuple[tuple[str, Promise], ...] = (
    ("previous", _("The days before")),
    ("year", _("A year before")),
    ("", _("Nothing")),
)
FIRST_DAY, DAY_AFTER_LAST = date(1990, 1, 1), date(2200, 1, 1)
YEAR = timedelta(days=364)  # the same days of the week


@dataclass(frozen=True)
class DateRange:
    """From `first` to `last`, both included. span, compare: as asked for; see SPANS and COMPARISONS.

    wrong: what of it made no sense, in words, and what is shown instead; told: the days as they were typed then.
    history_from: what is counted begins on that day; None: nobody asked.
    """

    first: date
    last: date
    span: str
    compare: str
    wrong: str = ""
    told: tuple[str, str] = ("", "")
    history_from: date | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> tuple[date, date] | None:
        """First and last day of what it is compared with, equally long; None for nothing, also where that is not
        wholly in the history."""
        asked = self._asked_before
        return None if self.lacks_history else asked

    @property
    def lacks_history(self) -> bool:
        """Whether something is to be compared with of which not all is on record."""
        asked = self._asked_before
        return asked is not None and self.history_from is not None and asked[0] < self.history_from

    @property
    def _asked_before(self) -> tuple[date, date] | None:
        if not self.compare:
            return None
        back = timedelta(days=self.days) if self.compare == "previous" else YEAR
        return self.first - back, self.last - back


def date_range_of(asked: Mapping[str, str], *, today: date, default: str = "28") -> DateRange:
    """What a query asks for with span, from, to and compare. What makes no sense is taken as the default and said.

    A number of days ends with today.
    """
    compare = asked.get("compare", "previous")
    compare = compare if compare in dict(COMPARISONS) else "previous"
    span = asked.get("span", default)
    first, last = asked_day(asked.get("from", "")), asked_day(asked.get("to", ""))
    if span == OWN and first and last and first <= last:
        return DateRange(first, last, OWN, compare)
    wrong = _wrong_days(asked) if span == OWN else ""
    told = (asked.get("from", ""), asked.get("to", "")) if wrong else ("", "")
    span = span if span in DAYS else default
    return DateRange(today - timedelta(days=DAYS[span] - 1), today, span, compare, wrong, told)


def _wrong_days(asked: Mapping[str, str]) -> str:
    """Why the days that were given are none to show."""
    for text in (asked.get("from", ""), asked.get("to", "")):
        if text and asked_day(text) is None:
            return gettext("“%s” is no day from 1990 to 2199; other days are shown.") % text[:40]
    if not asked.get("from") or not asked.get("to"):
        return gettext("Give the first day and the last; other days are shown meanwhile.")
    return gettext("The last day lies before the first; other days are shown.")


def asked_day(text: str) -> date | None:
    """None for what is no day, or one so far off that nobody means it and no calendar has a place for it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day < DAY_AFTER_LAST else None
