"""The log: a key once, nothing missed by readers, months that turn, retention."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.capture.domain.log import (
    CHANNEL,
    COPY_EVENTS,
    COPY_HEADER,
    COPY_TRAILER,
    NewEvent,
    append_events,
    key_of,
    locks_for,
    pack_rows,
    settled_id,
)
from regard.capture.domain.partitions import (
    ensure_partitions,
    existing_partitions,
    expire_events,
    month_number,
)
from regard.capture.domain.record import record, record_all
from regard.capture.models import Event
from regard.core import clock
from regard.core.registry import Fact, fact_types

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


class ThingHappened(Fact):
    what: str


@pytest.fixture(autouse=True)
def _known_fact():
    fact_types._items["ThingHappened"] = ThingHappened
    yield
    del fact_types._items["ThingHappened"]


def new_event(store_id: int, message: str, *, received_at: datetime = NOON, **fields: object) -> NewEvent:
    values = {
        "store_id": store_id, "received_at": received_at, "occurred_at": received_at, "source_id": 7,
        "key": key_of(message), "history": False, "type": "track", "name": "Tested",
        "user_id": "u1", "anonymous_id": None, "payload": b"{}",
    }  # fmt: skip
    return NewEvent(**(values | fields))


def append(*rows: NewEvent, horizon: datetime = NOON - timedelta(days=62)) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        return append_events(cursor, rows, horizon=horizon)


def keys_up_to(bound: int) -> set[bytes]:
    return {key.bytes for key in Event.objects.filter(id__lte=bound).values_list("key", flat=True)}


def test_a_key_is_kept_once_within_a_store(store, other_store):
    first, repeat = new_event(store.pk, "m1"), new_event(store.pk, "m1", name="Changed")
    assert append(first, repeat) == 1
    assert append(repeat, new_event(store.pk, "m2"), new_event(other_store.pk, "m1")) == 2
    assert sorted((event.store_id, event.key.bytes) for event in Event.objects.all()) == sorted(
        [(store.pk, key_of("m1")), (store.pk, key_of("m2")), (other_store.pk, key_of("m1"))]
    )


def test_a_repeat_in_a_later_month_is_known(store):
    append(new_event(store.pk, "m1", received_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC)))
    later = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert append(new_event(store.pk, "m1", received_at=later), horizon=later - timedelta(days=62)) == 0


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
            st.none()
            | st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=20),
            st.datetimes(datetime(1970, 1, 1), datetime(2026, 3, 15)),
            st.booleans(),
            st.integers(1, 2**62),
        ),
        max_size=5,
        unique_by=lambda row: row[0],
    )
)
@settings(max_examples=30, deadline=None)
def test_the_binary_format_gives_back_what_went_in(django_db_blocker, rows):
    events = [
        new_event(
            1, name, name=name, user_id=who, anonymous_id=name or None, occurred_at=when.replace(tzinfo=UTC),
            history=history, source_id=source, payload=b'{"a": "\\u00e9\\n"}',
        )
        for name, who, when, history, source in rows
    ]  # fmt: skip
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            ensure_partitions(cursor, {month_number(NOON)})
            with cursor.copy(COPY_EVENTS) as copy:
                copy.write(COPY_HEADER + pack_rows(events) + COPY_TRAILER)
        kept = Event.objects.order_by("id").values_list(
            "name", "user_id", "anonymous_id", "occurred_at", "history", "source_id", "key", "received_at"
        )
        assert list(kept) == [
            (
                e.name,
                e.user_id,
                e.anonymous_id,
                e.occurred_at,
                e.history,
                e.source_id,
                UUID(bytes=e.key),
                e.received_at,
            )
            for e in events
        ]
        assert [event.body for event in Event.objects.all()] == [{"a": "é\n"} for _ in events]
        transaction.set_rollback(True)


test_the_binary_format_gives_back_what_went_in = pytest.mark.django_db(
    test_the_binary_format_gives_back_what_went_in
)


def test_a_reader_does_not_pass_a_writer_that_is_still_at_work(database_dsn, store):
    append(new_event(store.pk, "before"))
    with psycopg.connect(database_dsn) as slow, slow.cursor() as slow_cursor:
        for statement, values in locks_for({month_number(NOON)}, NOON):
            slow_cursor.execute(statement, values)
        with slow_cursor.copy(COPY_EVENTS) as copy:
            copy.write(COPY_HEADER + pack_rows([new_event(store.pk, "slow")]) + COPY_TRAILER)
        append(new_event(store.pk, "fast"))
        with connection.cursor() as cursor:
            bound = settled_id(cursor)
        assert keys_up_to(bound) == {key_of("before")}
        slow.commit()
    with connection.cursor() as cursor:
        bound = settled_id(cursor)
    assert keys_up_to(bound) == {key_of("before"), key_of("slow"), key_of("fast")}


def test_the_first_event_of_all_is_not_read_too_early(database_dsn, store):
    with psycopg.connect(database_dsn) as writer, writer.cursor() as cursor:
        cursor.execute("SELECT setval('capture_event_id', 1)")  # as the migration leaves it
        with connection.cursor() as reading:
            assert settled_id(reading) == 1
        for statement, values in locks_for({month_number(NOON)}, NOON):
            cursor.execute(statement, values)
        cursor.execute("SELECT nextval('capture_event_id')")
        assert cursor.fetchone()[0] > 1
        with connection.cursor() as reading:
            assert settled_id(reading) == 1


def test_at_the_turn_of_a_month_a_repeat_waits_for_the_old_month(database_dsn, store):
    """Of two writers with the same key on either side of midnight, one finds the other's row."""
    old, new = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, 1, tzinfo=UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_partitions(cursor, {month_number(old), month_number(new)})
    added: list[int] = []
    with psycopg.connect(database_dsn) as before, before.cursor() as cursor:
        append_events(cursor, [new_event(store.pk, "m1", received_at=old)], horizon=old - timedelta(days=62))

        def repeat() -> None:
            with psycopg.connect(database_dsn) as after, after.cursor() as other:
                row = new_event(store.pk, "m1", received_at=new)
                added.append(append_events(other, [row], horizon=new - timedelta(days=62)))

        thread = threading.Thread(target=repeat)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the second writer did not wait"
        before.commit()
        thread.join(60)
    assert added == [0]
    assert Event.objects.count() == 1


def test_a_fact_is_recorded_with_the_change_or_not_at_all(store):
    with transaction.atomic():
        assert record(ThingHappened(what="lost"), store_id=store.pk)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert record(ThingHappened(what="kept"), store_id=store.pk, key="k")
        assert not record(ThingHappened(what="again"), store_id=store.pk, key="k")
    event = Event.objects.get()
    assert (event.type, event.name, event.body, event.history) == (
        "fact",
        "ThingHappened",
        {"what": "kept"},
        False,
    )


def test_a_fact_that_nobody_registered_is_refused(store):
    class NobodyKnows(Fact):
        pass

    with transaction.atomic(), pytest.raises(KeyError):
        record(NobodyKnows(), store_id=store.pk)


def heard(listening: psycopg.Connection) -> list[str]:
    return [notified.payload for notified in listening.notifies(timeout=0.2)]


def test_readers_are_told_once_a_store_when_it_is_committed_and_only_then(store, other_store, database_dsn):
    with psycopg.connect(database_dsn, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        with transaction.atomic():
            for what in ("first", "second"):
                record(ThingHappened(what=what), store_id=store.pk, key=what)
            with suppress(ZeroDivisionError), transaction.atomic():
                record(ThingHappened(what="lost"), store_id=other_store.pk)
                raise ZeroDivisionError
            assert heard(listening) == []
        assert heard(listening) == [str(store.pk)]
        with transaction.atomic():
            record(ThingHappened(what="calm"), store_id=store.pk, is_urgent=False)
        assert heard(listening) == []
        with transaction.atomic():
            record(ThingHappened(what="first"), store_id=store.pk, key="first")
        assert heard(listening) == []
        with transaction.atomic():
            record(ThingHappened(what="lost"), store_id=store.pk)
            transaction.set_rollback(True)
        with transaction.atomic():
            record_all([new_event(one.pk, "m3") for one in (store, other_store)])
        assert sorted(heard(listening)) == sorted([str(store.pk), str(other_store.pk)])


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused(store):
    with pytest.raises(RuntimeError, match="in the transaction"):
        record(ThingHappened(what="x"), store_id=store.pk)


def test_retention_drops_months_and_keeps_what_a_store_wants(store, other_store):
    now = datetime(2026, 6, 10, tzinfo=UTC)
    for month in (1, 3, 5):
        moment = datetime(2026, month, 20, tzinfo=UTC)
        append(*(new_event(s.pk, f"m{month}", received_at=moment) for s in (store, other_store)))
    keep = {store.pk: 2, other_store.pk: 4}
    with connection.cursor() as cursor:
        dropped = expire_events(cursor, keep_months=keep, moment=now)
        assert month_number(datetime(2026, 1, 1, tzinfo=UTC)) not in existing_partitions(cursor)
    assert dropped >= 1
    left = Event.objects.order_by("received_at", "store_id").values_list("received_at__month", "store_id")
    assert list(left) == [(3, other_store.pk), (5, store.pk), (5, other_store.pk)]


def test_the_clock_can_be_set(store):
    with clock.set_to(NOON), transaction.atomic():
        record(ThingHappened(what="then"), store_id=store.pk)
    assert Event.objects.get().received_at == NOON
