"""The nightly jobs of the log: months ahead, and what is past keeping."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app

from regard.capture.domain import retention
from regard.capture.domain.partitions import existing_partitions, month_number
from regard.capture.domain.retention import expire_old_events, prepare_months
from regard.capture.models import Event, ParkedEvent, RejectedEvent
from regard.core import clock
from regard.core.models import Store
from tests.capture.test_log import append, new_event

JUNE = datetime(2026, 6, 10, 4, tzinfo=UTC)
FAR = datetime(2031, 12, 31, 23, 59, tzinfo=UTC)  # nobody else's partitions are there


def keep_for(store: Store, months: int | None) -> None:
    Store.objects.filter(pk=store.pk).update(event_retention_months=months)


def day(month: int) -> datetime:
    return datetime(2026, month, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_three_months_are_there_before_they_begin():
    with clock.set_to(FAR):
        prepare_months()
        prepare_months()
    with connection.cursor() as cursor:
        made = [number for number in existing_partitions(cursor) if number >= month_number(FAR)]
    assert made == [2031 * 12 + 11, 2032 * 12, 2032 * 12 + 1]


@pytest.mark.django_db
def test_who_waits_is_not_kept_by_what_takes_long_to_count(store, test_dsn, monkeypatch):
    monkeypatch.setattr(retention, "PATIENCE", "50ms")
    with psycopg.connect(test_dsn) as other:
        other.execute("LOCK TABLE capture_event IN ACCESS EXCLUSIVE MODE")
        assert retention.events_before(store, JUNE) is None
    assert retention.events_before(store, JUNE) == 0


@pytest.mark.django_db(transaction=True)
def test_preparing_gives_up_soon_where_somebody_reads_for_long(test_dsn, monkeypatch):
    """A backup holds its locks to its end; a job that waited behind it would keep all writers waiting."""
    monkeypatch.setattr(retention, "LOCK_TIMEOUT", "SET LOCAL lock_timeout = '50ms'")
    with psycopg.connect(test_dsn) as backup:
        backup.execute("SELECT FROM capture_event LIMIT 0")
        with clock.set_to(FAR), pytest.raises(OperationalError):
            prepare_months()
    assert Event.objects.count() == 0


def test_each_store_keeps_its_events_for_as_long_as_it_says(store, other_store):
    keep_for(store, 3)
    for month in (1, 2, 3, 5):
        append(*(new_event(each.pk, f"m{month}", received_at=day(month)) for each in (store, other_store)))
    with clock.set_to(JUNE):
        expire_old_events()
        expire_old_events()
    left = Event.objects.order_by("received_at", "store_id").values_list("received_at__month", "store_id")
    kept_by_store = [(3, store.pk), (5, store.pk)]
    kept_for_ever = [(month, other_store.pk) for month in (1, 2, 3, 5)]
    assert sorted(left) == sorted([*kept_by_store, *kept_for_ever])


def test_months_that_nobody_keeps_are_dropped_whole(store, other_store):
    keep_for(store, 2)
    keep_for(other_store, 2)
    append(new_event(store.pk, "old", received_at=day(1)), new_event(store.pk, "new", received_at=day(5)))
    with clock.set_to(JUNE):
        expire_old_events()
    with connection.cursor() as cursor:
        assert existing_partitions(cursor)[0] > month_number(day(3))
    assert [event.key.bytes for event in Event.objects.all()] == [new_event(store.pk, "new").key]


def test_rejected_and_parked_events_go_with_the_rest(store, other_store):
    keep_for(store, 2)
    for each in (store, other_store):
        for month in (3, 4):
            append(new_event(each.pk, f"m{month}", received_at=day(month)))
            event = Event.objects.get(store_id=each.pk, received_at=day(month))
            ParkedEvent.objects.create(store=each, event_id=event.id, stage="orders", error=str(month))
            RejectedEvent.objects.create(
                store=each,
                received_at=day(month),
                sent_as="track",
                field="userId",
                reason=str(month),
                body="{}",
            )
    with clock.set_to(JUNE):
        expire_old_events()
    left = [(store.pk, "4"), (other_store.pk, "3"), (other_store.pk, "4")]
    assert sorted(ParkedEvent.objects.values_list("store_id", "error")) == sorted(left)
    assert sorted(RejectedEvent.objects.values_list("store_id", "reason")) == sorted(left)


@pytest.mark.django_db
def test_without_retention_nothing_is_deleted(store):
    append(new_event(store.pk, "old", received_at=day(1)))
    with clock.set_to(JUNE):
        expire_old_events()
    assert Event.objects.count() == 1


def test_nightly_jobs_are_known():
    nightly = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {
        name: cron for name, cron in nightly.items() if name.startswith(("capture.", "profile.", "web."))
    } == {
        "capture.prepare_months": "0 3 * * *",
        "capture.expire_events": "10 3 * * *",
        "capture.forget_import_files": "20 3 * * *",
        "profile.forget_expired_events": "40 3 * * *",
        "profile.forget_removed_notes": "45 3 * * *",
        "web.clear_sessions": "50 3 * * *",
        "web.forget_invitations": "55 3 * * *",
        "web.take_up_stalled_jobs": "* * * * *",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["capture.prepare_months", "capture.expire_events", "profile.forget_expired_events",
     "web.clear_sessions", "web.forget_invitations", "capture.forget_import_files"],
)  # fmt: skip
def test_nightly_jobs_run(name: str, store):
    fresh = append(new_event(store.pk, "kept", received_at=clock.now()))
    with transaction.atomic():
        app.tasks[name](timestamp=0)
    assert fresh == Event.objects.filter(store_id=store.pk).count() == 1  # nothing of today goes
