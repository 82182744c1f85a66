"""Weeks along an axis: thirteen, the last one not over, in the store's time zone and the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store

WEEKS = 13


def last_weeks(store: Store, count: int = WEEKS) -> list[date]:
    """The Mondays of the weeks that are shown, the oldest first."""
    return weeks_until(clock.now().astimezone(ZoneInfo(store.time_zone)).date(), count)


def weeks_until(day: date, count: int) -> list[date]:
    """The Mondays of this day's week and those before it, the oldest first."""
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(count))]


def beginning_of(store: Store, day: date) -> datetime:
    """When a day began in the store."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(store.time_zone))


def week_sql(moment: str) -> str:
    """SQL: the Monday of a timestamptz, in the time zone `%(zone)s`."""
    return f"date_trunc('week', ({moment}) AT TIME ZONE %(zone)s)::date"


def week_name(monday: date) -> str:
    return date_format(monday, _("j M"))
