"""Reading the log: in order, in micro-batches, each batch one transaction together with the reader's position.

Killed anywhere, a reader goes on where its last committed batch ended. One reader works in a store at a time;
any number of workers share the stores.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection, transaction

from regard.capture.domain.log import settled_id
from regard.capture.models import Event, ParkedEvent, ReaderPosition
from regard.core.models import Store

log = logging.getLogger("regard.pipeline")

BATCH = 1_000
LOOK_EVERY = 1.0  # seconds between looks when no notification comes
# SQLSTATE classes of errors that pass by themselves: connection, rollback for others' sake, resources, locks,
# operator, system. Others, such as 54 (too large for an index), come again with the same event.
PASSING = {"08", "40", "53", "55", "57", "58"}


@dataclass
class Batch:
    """Events of one store in the order of the log, and what the stages have found out about them so far.

    identity_of: event id -> id of the identity it came with. touched: ids of the customers whose facts changed.
    """

    store: Store
    events: Sequence[Event]
    identity_of: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Stage:
    """A step that every event passes; `run` does its work for a batch in the reader's transaction."""

    name: str
    run: Callable[[Batch], None]


class StageFailed(Exception):
    def __init__(self, stage: str, error: Exception) -> None:
        super().__init__(f"{stage}: {type(error).__name__}: {error}")
        self.stage, self.error = stage, error


def read_next(store: Store, *, reader: str, stages: Sequence[Stage], limit: int = BATCH) -> int:
    """Take the next batch of a store through the stages; gives how many events it had.

    0 when there is nothing to read, or when another process is reading this store. A failing event is parked
    with its error and the others go on. Raises OperationalError when the database goes away or is out of
    resources; nothing is lost.
    """
    with transaction.atomic():
        position = _lease(store, reader)
        if position is None:
            return 0
        with connection.cursor() as cursor:
            bound = settled_id(cursor)
        events = list(
            Event.objects.filter(store_id=store.pk, id__gt=position.event_id, id__lte=bound).order_by("id")[
                :limit
            ]
        )
        if not events:
            return 0
        _take_through(store, events, stages)
        ReaderPosition.objects.filter(pk=position.pk).update(event_id=events[-1].id)
        return len(events)


def last_read(store: Store, *, reader: str) -> int:
    """The id of the last event that the reader has taken; 0 before the first."""
    read = ReaderPosition.objects.filter(store=store, reader=reader).values_list("event_id", flat=True)
    return read.first() or 0


def replay_parked(parked: ParkedEvent, *, stages: Sequence[Stage]) -> None:
    """Take a parked event through the stages again, while no reader is at work in its store.

    Raises StageFailed when it still fails, Event.DoesNotExist when retention has deleted it.
    """
    event = Event.objects.get(store_id=parked.store_id, id=parked.event_id)
    with transaction.atomic():
        list(ReaderPosition.objects.select_for_update().filter(store=parked.store))
        _run_stages(Batch(parked.store, [event]), stages)
        parked.delete()


def _lease(store: Store, reader: str) -> ReaderPosition | None:
    """The reader's position, locked for this transaction; None when another transaction holds it."""
    ReaderPosition.objects.bulk_create([ReaderPosition(store=store, reader=reader)], ignore_conflicts=True)
    return (
        ReaderPosition.objects.select_for_update(skip_locked=True).filter(store=store, reader=reader).first()
    )


def _take_through(store: Store, events: Sequence[Event], stages: Sequence[Stage]) -> None:
    try:
        with transaction.atomic():
            _run_stages(Batch(store, events), stages)
    except StageFailed as failure:
        if _will_pass(failure.error):
            raise failure.error from failure
        log.warning("store %s: %s; the %d events are taken singly", store.slug, failure, len(events))
        for event in events:
            _take_or_park(store, event, stages)


def _take_or_park(store: Store, event: Event, stages: Sequence[Stage]) -> None:
    try:
        with transaction.atomic():
            _run_stages(Batch(store, [event]), stages)
    except StageFailed as failure:
        if _will_pass(failure.error):
            raise failure.error from failure
        log.error("store %s: event %d is parked: %s", store.slug, event.id, failure)  # noqa: TRY400 - kept with the event
        ParkedEvent.objects.update_or_create(
            store=store, event_id=event.id, defaults={"stage": failure.stage, "error": str(failure.error)}
        )


def _will_pass(error: Exception) -> bool:
    """Whether it is the database's state that is to blame and not the event, which is then taken again."""
    if not isinstance(error, OperationalError):
        return False
    sqlstate = getattr(error.__cause__, "sqlstate", None)  # None when the connection broke
    return sqlstate is None or sqlstate[:2] in PASSING


def _run_stages(batch: Batch, stages: Sequence[Stage]) -> None:
    for stage in stages:
        try:
            stage.run(batch)
        except Exception as error:
            raise StageFailed(stage.name, error) from error


def follow_log(*, reader: str, stages: Sequence[Stage], stop: threading.Event) -> None:
    """Read every store's log as it grows, until `stop` is set."""
    while not stop.is_set():
        try:
            with psycopg.connect(settings.REGARD_DSN, autocommit=True) as listening:
                listening.execute("LISTEN regard_events")
                while not stop.is_set():
                    if not read_all(reader=reader, stages=stages, stop=stop):
                        next(listening.notifies(timeout=LOOK_EVERY, stop_after=1), None)
        except (psycopg.Error, DatabaseError) as problem:
            log.warning("the pipeline waits for the database: %s", problem)
            close_old_connections()
            stop.wait(LOOK_EVERY)


def read_all(*, reader: str, stages: Sequence[Stage], stop: threading.Event | None = None) -> int:
    """One round over all stores, each until it is read up or a few batches further; gives the events taken."""
    taken = 0
    for store in Store.objects.all():
        for _ in range(10):  # a store with a long backlog lets the others have their turn
            if stop is not None and stop.is_set():
                return taken
            count = read_next(store, reader=reader, stages=stages)
            taken += count
            if count < BATCH:
                break
    return taken
