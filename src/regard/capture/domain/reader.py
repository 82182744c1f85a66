"""Reading the log: in order, in micro-batches, each batch one transaction together with the reader's position.

Killed anywhere, a reader goes on where its last committed batch ended. One reader works in a store at a time;
any number of workers share the stores.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection, transaction

from regard.capture.domain.collecting import no_collecting
from regard.capture.domain.log import settled_id
from regard.capture.domain.logged import LoggedEvent, events_by_id, next_events
from regard.capture.domain.statistics import refresh_statistics
from regard.capture.models import Event, ParkedEvent, ReaderPosition
from regard.core.models import Store

log = logging.getLogger("regard.pipeline")

LIVE_BATCH = 1_000  # events; so few that what happens now is seen soon
BACKFILL_BATCH = 50_000  # events of history alone: a statement costs the same for many
BACKFILL_PAYLOAD = (
    32_000_000  # characters of such a batch's payloads, which bounds memory whatever their size
)
BACKFILL_CHUNK = 10_000
TURN = 2.0  # seconds after which a store with a long backlog lets the others have theirs
LOOK_EVERY = 1.0  # seconds between looks when no notification comes
# SQLSTATE classes of errors that pass by themselves: connection, rollback for others' sake, resources, locks,
# operator, system. Others, such as 54 (too large for an index), come again with the same event.
PASSING = {"08", "40", "53", "55", "57", "58"}


@dataclass
class Batch:
    """Events of one store in the order of the log, and what the stages have found out about them so far.

    What an import brought and what happens now are never in one batch, but for a replay.
    identity_of: event id -> id of the identity it came with. customer_of: of such identities the ids of customers,
    as far as they are known. touched: ids of the customers whose facts changed.
    is_replay: whether these parts of the log are read again.
    """

    store: Store
    events: Sequence[LoggedEvent]
    identity_of: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    is_replay: bool = False
    customer_of: dict[int, int] = field(default_factory=dict)

    @cached_property
    def is_backfill(self) -> bool:
        """Whether nothing of the batch happens now: it forms profiles and scores, and causes no act."""
        return self.is_replay or all(event.history for event in self.events)


@dataclass(frozen=True)
class Stage:
    """A step that every event passes; `run` does its work for a batch in the reader's transaction.

    after_replay: what is left to do for a store when its log was read again, in the order of the stages.
    """

    name: str
    run: Callable[[Batch], None]
    after_replay: Callable[[Store], None] | None = None


class StageFailed(Exception):
    def __init__(self, stage: str, error: Exception) -> None:
        super().__init__(f"{stage}: {type(error).__name__}: {error}")
        self.stage, self.error = stage, error


def read_next(
    store: Store,
    *,
    reader: str,
    stages: Sequence[Stage],
    live_batch: int = LIVE_BATCH,
    backfill_batch: int = BACKFILL_BATCH,
) -> int:
    """Take the next batch of a store through the stages; gives how many events it had.

    They are `live_batch` at the most, or `backfill_batch` where all are history. 0 when there is nothing to read,
    or when another process is reading this store. A failing event is parked with its error and the others go
    on. Raises OperationalError when the database goes away or is out of resources; nothing is lost.
    """
    with no_collecting():
        count = _read_batch(store, reader, stages, live_batch, backfill_batch)
    if count > LIVE_BATCH and not connection.in_atomic_block:
        refresh_statistics()
    return count


def _read_batch(
    store: Store, reader: str, stages: Sequence[Stage], live_batch: int, backfill_batch: int
) -> int:
    with transaction.atomic():
        position = _lease(store, reader)
        if position is None:
            return 0
        if position.replay_until is not None:
            return _read_again(store, position, stages, live_batch, backfill_batch)
        with connection.cursor() as cursor:
            bound = settled_id(cursor)
        events = next_events(store.pk, after=position.event_id, up_to=bound, limit=live_batch)
        if not events:
            return 0
        if len(events) == live_batch and all(event.history for event in events):
            _add_events(store, events, bound, backfill_batch, history=True)
        for part in apart(events):
            take_through(store, part, stages)
        _move(position, events)
        return len(events)


def apart(events: Sequence[LoggedEvent]) -> Iterator[list[LoggedEvent]]:
    """History and what happens now, so that nothing which an import changes passes for caused by the latter."""
    for history in (True, False):
        if part := [event for event in events if event.history == history]:
            yield part


def _read_again(
    store: Store, position: ReaderPosition, stages: Sequence[Stage], live_batch: int, backfill_batch: int
) -> int:
    """The next batch of a replay. Live events are part of large batches too: none of them happens now."""
    until = position.replay_until or 0
    events = next_events(store.pk, after=position.event_id, up_to=until, limit=live_batch)
    if events:
        _add_events(store, events, until, backfill_batch, history=False)
        take_through(store, events, stages, is_replay=True)
        _move(position, events)
    if not events or events[-1].id >= until:
        for stage in stages:
            if stage.after_replay is not None:
                stage.after_replay(store)
        ReaderPosition.objects.filter(pk=position.pk).update(event_id=until, replay_until=None)
    return len(events)


def _move(position: ReaderPosition, events: Sequence[LoggedEvent]) -> None:
    live = position.has_read_live or any(event.is_live for event in events)
    ReaderPosition.objects.filter(pk=position.pk).update(event_id=events[-1].id, has_read_live=live)


def _add_events(store: Store, events: list[LoggedEvent], bound: int, most: int, *, history: bool) -> None:
    """Add the events that follow while their number and size allow it; only up to the first live one if `history`
    is all that is wanted."""
    while (room := min(most - len(events), BACKFILL_CHUNK, _fitting(events))) > 0:
        more = next_events(store.pk, after=events[-1].id, up_to=bound, limit=room)
        wanted = list(takewhile(lambda event: event.history, more)) if history else more
        events += wanted
        if len(wanted) < room:
            return


def _fitting(events: Sequence[LoggedEvent]) -> int:
    """How many more events of the same size a batch may hold; 0 when it is nearly full."""
    size = sum(len(event.payload) for event in events)
    left = BACKFILL_PAYLOAD - size
    return left * len(events) // max(size, 1) if left > BACKFILL_PAYLOAD // 20 else 0


def last_read(store: Store, *, reader: str) -> int:
    """The id of the last event that the reader has taken; 0 before the first."""
    read = ReaderPosition.objects.filter(store=store, reader=reader).values_list("event_id", flat=True)
    return read.first() or 0


def replay_parked(parked: ParkedEvent, *, stages: Sequence[Stage]) -> None:
    """Take a parked event through the stages again, while no reader is at work in its store.

    Raises StageFailed when it still fails, Event.DoesNotExist when retention has deleted it.
    """
    with transaction.atomic():
        hold_readers(parked.store)
        events = events_by_id(parked.store_id, [parked.event_id])
        if not events:
            raise Event.DoesNotExist
        _run_stages(Batch(parked.store, events), stages)
        parked.delete()


def hold_readers(store: Store) -> None:
    """Keep the store's readers from working until the transaction ends; waits for the batch that one is at."""
    list(ReaderPosition.objects.select_for_update().filter(store=store).order_by("pk"))


def _lease(store: Store, reader: str) -> ReaderPosition | None:
    """The reader's position, locked for this transaction; None when another transaction holds it."""
    free = ReaderPosition.objects.select_for_update(skip_locked=True).filter(store=store, reader=reader)
    position = free.first()
    if position is None:
        new = ReaderPosition(store=store, reader=reader)
        ReaderPosition.objects.bulk_create([new], ignore_conflicts=True)
        position = free.first()
    return position


def take_through(
    store: Store, events: Sequence[LoggedEvent], stages: Sequence[Stage], *, is_replay: bool = False
) -> None:
    """Take the events through the stages: all at once, or by halves around those that fail, which are parked.

    Raises OperationalError when the database goes away or is out of resources.
    """
    try:
        with transaction.atomic():
            _run_stages(Batch(store, events, is_replay=is_replay), stages)
    except StageFailed as failure:
        if _will_pass(failure.error):
            raise failure.error from failure
        if len(events) == 1:
            _park(store, events[0], failure)
        else:
            log.warning("store %s: %s; %d events are taken in halves", store.slug, failure, len(events))
            middle = len(events) // 2
            take_through(store, events[:middle], stages, is_replay=is_replay)
            take_through(store, events[middle:], stages, is_replay=is_replay)


def _park(store: Store, event: LoggedEvent, failure: StageFailed) -> None:
    log.error("store %s: event %d is parked: %s", store.slug, event.id, failure)
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
    """One round over all stores, each until it is read up or its turn is over; gives the events taken."""
    taken = 0
    for store in Store.objects.all():
        ends = time.monotonic() + TURN
        count = LIVE_BATCH
        while count >= LIVE_BATCH and time.monotonic() < ends:
            if stop is not None and stop.is_set():
                return taken
            count = read_next(store, reader=reader, stages=stages)
            taken += count
    return taken
