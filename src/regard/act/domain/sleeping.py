"""Alerts that sleep until a time: until when they may, and that they wake then, or when something new happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Value, When
from django.db.models.functions import Least
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from regard.act.facts import AlertWoken
from regard.act.models import AFTER_WAKING, Alert, AlertState
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.models import Store

# Proposals: when a working day begins and ends, and how long something may stay out of sight.
MORNING, EVENING = time(9), time(18)
LONGEST = timedelta(days=365)
AT_ONCE = 500  # alerts of a store in one transaction
HOUR, THIS_EVENING, TOMORROW, MONDAY = NAMED = ("hour", "evening", "tomorrow", "monday")


def named_moments(store: Store) -> dict[str, datetime]:
    """The times that have a name, in the store's time zone; this evening only while it is to come."""
    zone = ZoneInfo(store.time_zone)
    now = clock.now().astimezone(zone)
    today = now.date()
    moments = {
        HOUR: now + timedelta(hours=1),
        THIS_EVENING: datetime.combine(today, EVENING, zone),
        TOMORROW: datetime.combine(today + timedelta(days=1), MORNING, zone),
        MONDAY: datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING, zone),
    }
    return {name: moment for name, moment in moments.items() if moment > now}


def moment_to_wake(store: Store, said: str) -> datetime:
    """What somebody says: a name, a day (its morning), or a day and time, the store's unless it names its zone.

    Raises django.core.exceptions.ValidationError, by field.
    """
    moment = named_moments(store).get(said) or _read(store, said)
    if moment is None:
        known = ", ".join(NAMED)
        text = _("Say a day as 2026-12-24, a day and time as 2026-12-24T15:00, or one of %(known)s.")
        raise ValidationError({"until": text % {"known": known}})
    return moment


def _read(store: Store, said: str) -> datetime | None:
    zone = ZoneInfo(store.time_zone)
    try:
        if len(said) <= len("2026-12-24"):
            day = parse_date(said)
            return datetime.combine(day, MORNING, zone) if day else None
        moment = parse_datetime(said)
    except ValueError:  # well formed, and no day of the calendar
        return None
    return moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment


def check_moment(until: datetime) -> None:
    """Raises django.core.exceptions.ValidationError, by field."""
    now = clock.now()
    if until <= now:
        raise ValidationError({"until": _("Choose a time that is to come.")})
    if until > now + LONGEST:
        raise ValidationError({"until": _("Choose a time within a year.")})


def stores_with_sleepers_due() -> list[int]:
    """The ids of stores with alerts whose sleep is over. One query along an index."""
    rows = Alert.objects.filter(state=AlertState.ASLEEP, wakes_at__lte=clock.now())
    return sorted(set(rows.order_by("wakes_at").values_list("store", flat=True)[:100_000]))


@transaction.atomic
def wake_due(store: Store) -> int:
    """Wake those whose sleep is over, each once; gives how many, AT_ONCE at the most."""
    rows = Alert.objects.filter(store=store, state=AlertState.ASLEEP, wakes_at__lte=clock.now())
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    alerts = list(locked.order_by("wakes_at", "id")[:AT_ONCE])
    wake(alerts, why="time")
    return len(alerts)


def wake(alerts: Sequence[Alert], *, why: str) -> None:
    """Those that sleep are back in the state they had, and marked so. In the caller's transaction, locked."""
    asleep = [alert for alert in alerts if alert.state == AlertState.ASLEEP]
    for alert in asleep:
        alert.state = AlertState.SEEN if alert.seen_at else AlertState.NEW
        alert.due_at = _due_after(alert)
        alert.wakes_at, alert.woke_at = None, clock.now()
    Alert.objects.bulk_update(asleep, ["state", "wakes_at", "woke_at", "due_at"])
    for alert in asleep:
        record(AlertWoken(alert_id=alert.pk, why=why), store_id=alert.store_id)


def _due_after(alert: Alert) -> datetime | None:
    """When one whose sleep ends is due: as before, but not sooner than some time after it woke."""
    woken = min(alert.wakes_at or clock.now(), clock.now())
    return max(alert.due_at, woken + AFTER_WAKING) if alert.due_at else None


def due_after_sleep() -> Case:
    """The same of one that people wake or handle; of one that does not sleep, when it was due."""
    woken = Least("wakes_at", Value(clock.now(), DateTimeField()))
    soonest = ExpressionWrapper(woken + AFTER_WAKING, DateTimeField())
    return Case(When(state=AlertState.ASLEEP, due_at__lt=soonest, then=soonest), default=F("due_at"))
