"""Journeys that start on a day of the customer: a birthday, so long after the last order, before the next one.

Looked at every hour, from nine o'clock in the store's time zone on; each day once, days that were missed too.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.definition.parts import DateStart
from regard.journey.domain.entering import enter_journey
from regard.journey.domain.programs import Running, running_journeys
from regard.journey.domain.segment_starts import AT_ONCE, candidates_of
from regard.journey.models import JourneyDay, JourneyState
from regard.profile.domain.segments.ask import fetch_rows
from regard.profile.domain.segments.ast import EVERYONE
from regard.profile.domain.segments.fields import AskedField, Unfit, field_named
from regard.profile.domain.segments.sql import compile_segment

BEGINS = 9  # o'clock
MOST_MISSED = 7  # days that are made up for
# Of an attribute the day that stands in it; of a moment the day that it is in the store's time zone.
OF_ATTRIBUTE = """CASE WHEN pg_input_is_valid(left(({sql}) #>> '{{}}', 10), 'date')
    THEN left(({sql}) #>> '{{}}', 10)::date END"""
OF_MOMENT = "(({sql}) AT TIME ZONE %(zone)s)::date"
# Whoever was born on the 29th of February has their day on the 28th in other years.
SAME_DAY = """
    to_char({day}, 'MM-DD') = %(month_day)s
    OR (%(month_day)s = '02-28' AND to_char({day}, 'MM-DD') = '02-29' AND NOT %(leap)s)
"""


def check_day(day: str) -> list[str]:
    """What is wrong with the name of a day, in words; [] for nothing."""
    try:
        field = field_named(day)
    except Unfit as error:
        return [str(error)]
    if field.type not in {"time", "attribute"} or field.path:
        return [_("“%s” is no day; use a field that is a time, or attr.NAME for an attribute.") % day]
    return []


def enter_by_date(store: Store) -> None:
    """Let those in whose day has come, for each journey and day once. To be run every hour."""
    now = clock.now().astimezone(ZoneInfo(store.time_zone))
    if now.hour < BEGINS:
        return
    for running in running_journeys(store.pk):
        start = running.program.definition.start
        if isinstance(start, DateStart) and running.is_current and running.state == JourneyState.ON:
            for day in _days_to_do(running, now.date()):
                _enter_on(store, running, start, day)


def day_before(store: Store) -> date:
    """Yesterday, which a journey that is switched on now does not look at any more."""
    return clock.now().astimezone(ZoneInfo(store.time_zone)).date() - timedelta(days=1)


def customers_of_day(store: Store, start: DateStart, day: date) -> list[int]:
    """Whose day it is, or, with an offset, was or will be that long before or after."""
    field = field_named(start.day)
    question = compile_segment(EVERYONE, store=store)
    sql = _day_of(field, question.read(field))
    wanted = day - timedelta(days=start.offset)
    question.parameters |= {
        "zone": store.time_zone, "wanted": wanted, "month_day": f"{wanted:%m-%d}", "leap": _is_leap(wanted.year),
    }  # fmt: skip
    condition = SAME_DAY.format(day=f"({sql})") if start.yearly else f"({sql}) = %(wanted)s"
    rows = fetch_rows(
        f"SELECT customer.id FROM {question.tables} WHERE {question.condition} AND ({condition})"
        + (f" AND ({sql}) < %(wanted)s" if start.yearly else ""),
        question.parameters,
    )
    return [customer_id for (customer_id,) in rows]


def _day_of(field: AskedField, sql: str) -> str:
    if field.type == "attribute":
        return OF_ATTRIBUTE.format(sql=sql)
    return OF_MOMENT.format(sql=sql)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_to_do(running: Running, today: date) -> list[date]:
    """Today, and the days before it that were missed since the last look."""
    done = (
        JourneyDay.objects.filter(journey_id=running.journey_id)
        .order_by("-day")
        .values_list("day", flat=True)
    )
    last = done.first() or today - timedelta(days=1)
    first = max(last + timedelta(days=1), today - timedelta(days=MOST_MISSED))
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


@transaction.atomic
def _enter_on(store: Store, running: Running, start: DateStart, day: date) -> None:
    """The row of the day keeps a second look away, and whoever looks at the same time waits for it."""
    _row, is_new = JourneyDay.objects.get_or_create(journey_id=running.journey_id, day=day)
    if is_new:
        customers = customers_of_day(store, start, day)
        for place in range(0, len(customers), AT_ONCE):
            enter_journey(store, running, candidates_of(store, customers[place : place + AT_ONCE]))
