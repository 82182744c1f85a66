"""Reading the log: in order, in micro-batches, each batch one transaction together with the reader's position.

Killed anywhere, a reader goes on where its last committed batch ended. One reader works in a store at a time;
any number of workers share the stores.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F

from regard.capture.domain.ahead import Ahead, Place, ReadAhead, add_events, next_batch
from regard.capture.domain.batch import Batch, Stage, Understood
from regard.capture.domain.collecting import no_collecting
from regard.capture.domain.log import CHANNEL
from regard.capture.domain.logged import LoggedEvent, events_by_id, next_events
from regard.capture.domain.statistics import forget_plans, learn_new_rows, refresh_statistics
from regard.capture.domain.turns import Turns
from regard.capture.models import Event, ParkedEvent, ReaderPosition
from regard.core.models import Store

log = logging.getLogger("regard.pipeline")

LIVE_BATCH = 1_000  # events; so few that what happens now is seen soon
BACKFILL_BATCH = 50_000  # events of history alone: a statement costs the same for many
LOOK_EVERY = 1.0  # seconds between looks when no notification comes
# SQLSTATE classes of errors that pass by themselves: connection, rollback for others' sake, resources, locks,
# operator, system. Others, such as 54 (too large for an index), come again with the same event.
PASSING = {"08", "40", "53", "55", "57", "58"}


class StageFailed(Exception):
    def __init__(self, stage: str, error: Exception) -> None:
        super().__init__(f"{stage}: {type(error).__name__}: {error}")
        self.stage, self.error = stage, error

    @property
    def kind(self) -> str:
        """What failed and how, for the log of the installation: the error's words may quote the customer."""
        return f"{self.stage}: {type(self.error).__name__}"


def read_next(
    store: Store,
    *,
    reader: str,
    stages: Sequence[Stage],
    live_batch: int = LIVE_BATCH,
    backfill_batch: int = BACKFILL_BATCH,
    ahead: Ahead | None = None,
) -> int:
    """Take the next batch of a store through the stages; gives how many events it had.

    They are `live_batch` at the most, or `backfill_batch` where all are history. 0 when there is nothing to read,
    or when another process is reading this store. A failing event is parked with its error and the others go
    on. ahead: reads the batch after a large one meanwhile, for the next call.
    Raises OperationalError when the database goes away or is out of resources; nothing is lost.
    """
    with no_collecting():
        count = _read_batch(store, reader, stages, (live_batch, backfill_batch), ahead)
    if count > LIVE_BATCH and not connection.in_atomic_block:
        refresh_statistics()
    return count


def _read_batch(
    store: Store, reader: str, stages: Sequence[Stage], sizes: tuple[int, int], ahead: Ahead | None
) -> int:
    ready = ahead.take(store) if ahead else None
    with transaction.atomic():
        position = _lease(store, reader)
        if position is None:
            return 0
        if position.replay_until is not None:
            return _read_again(store, position, stages, *sizes)
        place = Place(store, position.event_id, position.holds, *sizes)
        if not (ready and ready.events and ready.place.is_same(place)):
            ready = ReadAhead(place, next_batch(place), {})
        events = ready.events
        if not events:
            return 0
        if ahead and len(events) > LIVE_BATCH:
            ahead.begin(replace(place, after=events[-1].id), [one for stage in stages for one in stage.reads])
        for part in apart(events):
            whole = len(part) == len(events)
            take_through(store, part, stages, understood=ready.understood if whole else None)
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
        add_events(store, events, until, backfill_batch, history=False)
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
    """Keep the store's readers from working until the transaction ends; waits for the batch that one is at.

    What they have read ahead is void then.
    """
    positions = ReaderPosition.objects.filter(store=store)
    list(positions.select_for_update().order_by("pk"))
    positions.update(holds=F("holds") + 1)


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
    store: Store,
    events: Sequence[LoggedEvent],
    stages: Sequence[Stage],
    *,
    is_replay: bool = False,
    understood: Understood | None = None,
) -> None:
    """Take the events through the stages: all at once, or by halves around those that fail, which are parked.

    understood: what was found in them before.
    Raises OperationalError when the database goes away or is out of resources.
    """
    try:
        with transaction.atomic():
            _run_stages(Batch(store, events, is_replay=is_replay, understood=understood or {}), stages)
        if len(events) > LIVE_BATCH:
            forget_plans()
    except StageFailed as failure:
        if _will_pass(failure.error):
            raise failure.error from failure
        if len(events) == 1:
            _park(store, events[0], failure)
        else:
            log.warning("store %s: %s; %d events are taken in halves", store.slug, failure.kind, len(events))
            middle = len(events) // 2
            take_through(store, events[:middle], stages, is_replay=is_replay)
            take_through(store, events[middle:], stages, is_replay=is_replay)


def _park(store: Store, event: LoggedEvent, failure: StageFailed) -> None:
    log.error("store %s: event %d is parked with its error: %s", store.slug, event.id, failure.kind)
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
    is_large = len(batch.events) > LIVE_BATCH
    for stage in stages:
        try:
            stage.run(batch)
            if is_large:
                learn_new_rows()
        except Exception as error:
            raise StageFailed(stage.name, error) from error


def follow_log(*, reader: str, stages: Sequence[Stage], stop: threading.Event) -> None:
    """Read every store's log as it grows, until `stop` is set."""
    while not stop.is_set():
        try:
            with psycopg.connect(settings.REGARD_DSN, autocommit=True) as listening, Ahead() as ahead:
                listening.execute(f"LISTEN {CHANNEL}")
                turns = Turns()
                while not stop.is_set():
                    taken = read_all(reader=reader, stages=stages, stop=stop, ahead=ahead, turns=turns)
                    if not (taken or turns.forgive()):
                        next(listening.notifies(timeout=LOOK_EVERY, stop_after=1), None)
                        list(listening.notifies(timeout=0))  # one look is for all that are told by now
        except (psycopg.Error, DatabaseError) as problem:
            log.warning("the pipeline waits for the database: %s", problem)
            close_old_connections()
            stop.wait(LOOK_EVERY)


def read_all(
    *,
    reader: str,
    stages: Sequence[Stage],
    stop: threading.Event | None = None,
    ahead: Ahead | None = None,
    turns: Turns | None = None,
) -> int:
    """One round over all stores, each until it is read up or its turn is over; gives the events taken.

    turns: of the rounds before; without them every store has a full turn.
    """
    taken, turns = 0, turns or Turns()
    for store in Store.objects.all():
        began = time.monotonic()
        ends = began + turns.seconds(store.pk)
        count = LIVE_BATCH
        while count >= LIVE_BATCH and time.monotonic() < ends:
            if stop is not None and stop.is_set():
                return taken
            count = read_next(store, reader=reader, stages=stages, ahead=ahead)
            taken += count
        turns.took(store.pk, time.monotonic() - began)
    return taken
