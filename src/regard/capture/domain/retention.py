"""The nightly care of the log: months made ahead, and what is past its store's retention deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from regard.capture.domain.partitions import (
    ensure_partitions,
    expire_events,
    month_number,
    month_start,
    months_to_prepare,
)
from regard.capture.models import Event, ParkedEvent, RejectedEvent
from regard.core import clock
from regard.core.models import Store
from regard.core.patience import TakesTooLong, statements_within

# Making or dropping a month needs the log for itself for an instant; who waits for that, behind a backup say,
# holds up all writers who come after.
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
PATIENCE = "2s"  # of somebody who waits for a count


@dataclass(frozen=True)
class KeptLog:
    """What a store's log holds. oldest_at: when its first event was received, None without any.

    kept_from: what was received before goes the next night, None when nothing ever does.
    """

    oldest_at: datetime | None
    kept_from: datetime | None


def kept_log_for_viewer(store: Store) -> KeptLog:
    """One query along an index."""
    oldest = Event.objects.filter(store_id=store.pk).order_by("id").values_list("received_at", flat=True)
    months = store.event_retention_months
    return KeptLog(oldest.first(), None if months is None else kept_from(months))


def kept_from(months: int) -> datetime:
    """The first moment that is kept now if events are kept for so many months: a month counts from its end."""
    return month_start(month_number(clock.now()) - months)


def events_before(store: Store, moment: datetime) -> int | None:
    """How many events were received before, for somebody who waits: None when the months concerned hold too many
    to be counted meanwhile.
    """
    try:
        with statements_within(PATIENCE):
            return Event.objects.filter(store_id=store.pk, received_at__lt=moment).count()
    except TakesTooLong:
        return None


@transaction.atomic
def prepare_months() -> None:
    """Make the partitions of the months ahead. Raises OperationalError when the log is locked; try later."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TIMEOUT)
        ensure_partitions(cursor, months_to_prepare(clock.now()))


def expire_old_events() -> None:
    """Delete events that are past their store's retention, the rejected and parked ones too.

    Rooms that keep rows of their own about an event delete those themselves, by a job that runs later.
    Orders, reviews and scores stay: they are what the store knows, not what it was told. Raises
    OperationalError when the log is locked; what was not deleted then is deleted the next time.
    """
    now = clock.now()
    keep_months = dict(Store.objects.values_list("pk", "event_retention_months"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_TIMEOUT)
        expire_events(cursor, keep_months=keep_months, moment=now)
    for store_id, months in keep_months.items():
        if months is not None:
            _forget_beside(store_id, month_number(now) - months)


def _forget_beside(store_id: int, month: int) -> None:
    """month: the first that is kept."""
    RejectedEvent.objects.filter(store_id=store_id, received_at__lt=month_start(month)).delete()
    in_log = Event.objects.filter(store_id=OuterRef("store_id"), id=OuterRef("event_id"))
    ParkedEvent.objects.filter(~Exists(in_log), store_id=store_id).delete()
