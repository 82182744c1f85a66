"""Reading the log: one reader a store, batches whole or not at all, events that fail put aside."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from regard.capture.domain.batch import Batch, Stage
from regard.capture.domain.events import has_live_events
from regard.capture.domain.parked import retry_all_parked, retry_parked
from regard.capture.domain.reader import StageFailed, hold_readers, last_read, read_all, read_next
from regard.capture.models import Event, ParkedEvent
from regard.core.models import AuditEntry
from tests.capture.test_log import append, new_event
from tests.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def failing(names: set[str], fail: Callable[[], None], taken: list[str]) -> list[Stage]:
    """A stage that notes the names of the events it takes, and fails on some; emptying `names` mends it."""

    def run(batch: Batch) -> None:
        if names & {event.name for event in batch.events}:
            fail()
        taken.extend(event.name for event in batch.events)

    return [Stage("noting", run)]


def fail_in_python() -> None:
    raise ValueError("no such thing")


def fail_in_database(sqlstate: str) -> Callable[[], None]:
    def fail() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{sqlstate}'; END $$")

    return fail


def fill(store, *names: str) -> None:
    append(*(new_event(store.pk, name, name=name) for name in names))


@pytest.mark.parametrize(
    ("fail", "error"),
    [
        (fail_in_python, "no such thing"),
        (fail_in_database("22P02"), "refused"),
        (
            fail_in_database("54000"),
            "refused",
        ),  # "program limit exceeded", which Django calls operational too
    ],
)
def test_an_event_that_fails_is_parked_and_the_others_go_on(store, fail, error):
    fill(store, "one", "bad", "two")
    taken: list[str] = []
    bad = {"bad"}
    stages = failing(bad, fail, taken)

    assert read_next(store, reader="tests", stages=stages) == 3
    assert read_next(store, reader="tests", stages=stages) == 0

    assert taken == ["one", "two"]
    parked = ParkedEvent.objects.get()
    assert (parked.stage, parked.event_id) == ("noting", Event.objects.get(name="bad").id)
    assert error in parked.error

    with pytest.raises(StageFailed):
        retry_parked(parked, stages=stages, actor="tests")
    assert ParkedEvent.objects.count() == 1
    bad.clear()
    retry_parked(parked, stages=stages, actor="tests")
    assert (taken, ParkedEvent.objects.count()) == (["one", "two", "bad"], 0)
    assert AuditEntry.objects.filter(action="parked.replayed").count() == 1


@pytest.mark.parametrize("sqlstate", ["40P01", "53100", "57P01"])  # deadlock, disk full, server shutting down
def test_what_the_database_suffers_is_no_fault_of_the_event(store, sqlstate):
    fill(store, "one", "two")
    taken: list[str] = []
    suffering = {"two"}
    stages = failing(suffering, fail_in_database(sqlstate), taken)

    with pytest.raises(OperationalError):
        read_next(store, reader="tests", stages=stages)
    assert (ParkedEvent.objects.count(), last_read(store, reader="tests")) == (0, 0)

    suffering.clear()
    assert read_next(store, reader="tests", stages=stages) == 2
    assert taken == ["one", "two"]
    assert last_read(store, reader="tests") == Event.objects.get(name="two").id


def test_one_reader_works_in_a_store_at_a_time_and_replays_wait_for_it(store, other_store, test_dsn):
    fill(store, "bad")
    fill(other_store, "elsewhere")
    taken: list[str] = []
    bad = {"bad"}
    stages = failing(bad, fail_in_python, taken)
    read_all(reader="tests", stages=stages)
    parked = ParkedEvent.objects.get()
    bad.clear()
    taken.clear()
    fill(store, "next")
    fill(other_store, "more")
    done = threading.Event()

    def replay() -> None:
        try:
            retry_parked(parked, stages=stages, actor="tests")
            done.set()
        finally:
            connection.close()

    with psycopg.connect(test_dsn) as reader:
        reader.execute("SELECT FROM capture_readerposition WHERE store_id = %s FOR UPDATE", (store.pk,))
        assert read_all(reader="tests", stages=stages) == 1
        assert taken == ["more"]
        thread = threading.Thread(target=replay)
        thread.start()
        wait_until(lambda: somebody_waits(reader))
        assert not done.is_set()
        reader.commit()
        thread.join(60)
    assert done.is_set()
    assert taken == ["more", "bad"]
    assert read_all(reader="tests", stages=stages) == 1


def noting_sizes(sizes: list[tuple[int, bool]]) -> list[Stage]:
    return [Stage("noting", lambda batch: sizes.append((len(batch.events), batch.is_backfill)))]


def fill_kinds(store, kinds: str) -> None:
    """kinds: a letter an event, "h" for history and "l" for live."""
    append(*(new_event(store.pk, str(n), history=kind == "h") for n, kind in enumerate(kinds)))


@pytest.mark.parametrize(
    ("kinds", "sizes"),
    [
        ("hhhhhhh", [(7, True)]),
        ("h" * 12, [(10, True), (2, True)]),
        ("hhhhhll", [(5, True), (2, False)]),
        ("hlhhhhhh", [(2, True), (1, False), (5, True)]),
        ("lllll", [(3, False), (2, False)]),
        ("hhl", [(2, True), (1, False)]),
    ],
)
def test_history_is_read_in_large_batches_and_what_happens_now_in_small_ones(store, kinds, sizes):
    fill_kinds(store, kinds)
    read: list[tuple[int, bool]] = []

    while read_next(store, reader="tests", stages=noting_sizes(read), live_batch=3, backfill_batch=10):
        pass

    assert read == sizes


def test_the_size_of_payloads_bounds_a_batch(store, monkeypatch):
    monkeypatch.setattr("regard.capture.domain.ahead.BACKFILL_PAYLOAD", 1_000)
    append(*(new_event(store.pk, str(n), history=True, payload=b'"%s"' % (b"x" * 98)) for n in range(40)))
    read: list[tuple[int, bool]] = []

    while read_next(store, reader="tests", stages=noting_sizes(read), live_batch=3, backfill_batch=40):
        pass

    assert read == [(10, True)] * 4


def test_the_log_of_the_installation_does_not_quote_what_failed(store, caplog):
    fill(store, "one", "bad")

    def run(batch: Batch) -> None:
        if any(event.name == "bad" for event in batch.events):
            raise ValueError("Key (email)=(ann@example.com) already exists.")

    read_next(store, reader="tests", stages=[Stage("noting", run)])

    assert ParkedEvent.objects.get().error == "Key (email)=(ann@example.com) already exists."
    bad = Event.objects.get(name="bad").id
    assert caplog.messages == [
        f"store {store.slug}: noting: ValueError; 2 events are taken in halves",
        f"store {store.slug}: event {bad} is parked with its error: noting: ValueError",
    ]


def test_failing_events_of_a_large_batch_are_parked_without_taking_all_singly(store):
    names = ["bad" if n in {17, 600} else str(n) for n in range(1_000)]
    append(*(new_event(store.pk, f"k{n}", name=name, history=True) for n, name in enumerate(names)))
    taken: list[str] = []
    runs = 0

    def run(batch: Batch) -> None:
        nonlocal runs
        runs += 1
        if any(event.name == "bad" for event in batch.events):
            fail_in_python()
        taken.extend(event.name for event in batch.events)

    assert read_next(store, reader="tests", stages=[Stage("noting", run)]) == 1_000

    assert taken == [name for name in names if name != "bad"]
    assert ParkedEvent.objects.count() == 2
    assert runs <= 2 * 2 * 11


def test_parked_imports_are_not_replayed_together_with_what_happens_now(store):
    fill_kinds(store, "hlh")
    for event in Event.objects.all():
        ParkedEvent.objects.create(store=store, event_id=event.id, stage="noting", error="failed")
    batches: list[tuple[list[bool], bool]] = []

    def run(batch: Batch) -> None:
        batches.append(([event.history for event in batch.events], batch.is_backfill))

    assert retry_all_parked(store=store, stages=[Stage("noting", run)], actor="tests") == (3, 0)

    assert batches == [([True, True], True), ([False], False)]


def test_all_parked_events_are_replayed_at_once(store):
    fill(store, "one", "bad", "worse", "two")
    taken: list[str] = []
    failing_names = {"bad", "worse"}
    stages = failing(failing_names, fail_in_python, taken)
    read_next(store, reader="tests", stages=stages)
    failing_names.remove("bad")

    assert retry_all_parked(store=store, stages=stages, actor="tests") == (1, 1)
    assert taken == ["one", "two", "bad"]
    assert ParkedEvent.objects.get().event_id == Event.objects.get(name="worse").id
    failing_names.clear()
    assert retry_all_parked(store=store, stages=stages, actor="tests") == (1, 0)
    assert [entry.detail for entry in AuditEntry.objects.filter(action="parked.all_replayed")] == [
        {"passed": 1}
    ] * 2


def test_two_readers_take_every_event_once_and_in_order(store, other_store):
    """Whatever they meet: each other's locks, decisions of people, and new events."""
    for place in (store, other_store):
        append(*(new_event(place.pk, str(n), name=str(n), history=n % 3 == 0) for n in range(300)))
    taken: list[tuple[int, str]] = []
    problems: list[BaseException] = []

    def run(batch: Batch) -> None:
        with connection.cursor() as cursor:  # as slow as work
            cursor.execute("SELECT pg_sleep(0.001)")
        taken.extend((batch.store.pk, event.name) for event in batch.events)

    def work() -> None:
        try:
            for place in (store, other_store, store):
                while last_read(place, reader="tests") < newest[place.pk]:
                    read_next(
                        place, reader="tests", stages=[Stage("noting", run)], live_batch=7, backfill_batch=20
                    )
                with transaction.atomic():
                    hold_readers(place)
        except BaseException as problem:
            problems.append(problem)
            raise
        finally:
            connection.close()

    newest = {
        place.pk: Event.objects.filter(store_id=place.pk).latest("id").id for place in (store, other_store)
    }
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not problems
    for place in (store, other_store):
        names = [int(name) for pk, name in taken if pk == place.pk]
        # Each in order; between history and what happens now there is none.
        assert [n for n in names if n % 3 == 0] == list(range(0, 300, 3))
        assert [n for n in names if n % 3] == [n for n in range(300) if n % 3]


def test_tables_that_a_large_batch_has_outgrown_are_analysed(store):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE capture_parkedevent")

    def park_many(batch: Batch) -> None:
        ParkedEvent.objects.bulk_create(
            [ParkedEvent(store=store, event_id=-n, stage="x", error="x") for n in range(6_000)]
        )

    append(*(new_event(store.pk, str(n), history=True) for n in range(1_001)))
    read_next(store, reader="tests", stages=[Stage("parking", park_many)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'capture_parkedevent'")
        assert cursor.fetchone()[0] == 6_000


def somebody_waits(anybody: psycopg.Connection) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    row = anybody.execute(waiting).fetchone()
    return bool(row and row[0])


def test_a_store_that_has_told_something_has_for_ever(store, other_store):
    assert not has_live_events(store)
    append(new_event(store.pk, "live"))
    assert has_live_events(store)  # though nobody has read it yet
    assert read_next(store, reader="r", stages=[]) == 1
    append(*(new_event(store.pk, f"h{number}", history=True) for number in range(1_001)))
    append(new_event(other_store.pk, "old", history=True), new_event(other_store.pk, "fact", type="fact"))
    assert has_live_events(store)
    Event.objects.filter(store_id=store.pk).delete()
    assert has_live_events(store)
    assert not has_live_events(other_store)
    assert read_next(other_store, reader="r", stages=[]) == 2
    assert not has_live_events(other_store)
