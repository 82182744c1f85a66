"""Which events the next batch has, and reading it while the one before is being written.

To read and understand events takes one processor, to write what follows from them the database another. Done at
the same time, a long past takes as long as the slower of the two.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Self

from django.db import connection

from regard.capture.domain.batch import Reading, Understood
from regard.capture.domain.collecting import no_collecting
from regard.capture.domain.log import settled_id
from regard.capture.domain.logged import LoggedEvent, next_events
from regard.core.models import Store

log = logging.getLogger("regard.pipeline")

BACKFILL_PAYLOAD = 32_000_000  # characters of a large batch's payloads, which bounds memory
BACKFILL_CHUNK = 10_000
MOST_HELD = 2  # batches that were read and wait to be taken, which bounds memory too


@dataclass(frozen=True)
class Place:
    """Where a reader is in a store's log, and how many events its batches have at the most.

    holds: how often the readers were held by others, who may have taken events back or redacted them: what was
    read before that is void. live: events of a batch; backfill: of one that is history alone.
    """

    store: Store
    after: int
    holds: int
    live: int
    backfill: int

    def is_same(self, other: Place) -> bool:
        """Whether what was read there is to be read here, the store's settings included."""
        stores = [vars(place.store) | {"_state": None} for place in (self, other)]
        return (self.after, self.holds) == (other.after, other.holds) and stores[0] == stores[1]


@dataclass(frozen=True)
class ReadAhead:
    """The events of the batch at a place, and what the stages' readings found in them."""

    place: Place
    events: list[LoggedEvent]
    understood: Understood


class Ahead:
    """Reads in a thread with a connection of its own, one batch at a time. A context manager, for one reader."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "regard-ahead")
        self._read: dict[int, Future[ReadAhead]] = {}  # by store, in the order of their turns

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def begin(self, place: Place, readings: Sequence[Reading]) -> None:
        """Read the batch at this place meanwhile, unless it is still reading another one.

        Of more stores than are held the last one's is forgotten, to be read again: those before it have their
        turn sooner.
        """
        if not all(reading.done() for reading in self._read.values()):
            return
        self._read.pop(place.store.pk, None)
        if len(self._read) == MOST_HELD:
            self._read.popitem()
        self._read[place.store.pk] = self._thread.submit(_read_ahead, place, readings)

    def take(self, store: Store) -> ReadAhead | None:
        """What was read of this store, for which it waits; None when nothing was, or reading failed.

        To be called outside transactions: nobody would see that one who waits here is waited for in the database.
        """
        reading = self._read.pop(store.pk, None)
        if reading is None:
            return None
        if problem := reading.exception():
            log.warning("store %s: nothing is read ahead: %s", store.slug, problem)
            return None
        return reading.result()


@no_collecting()
def _read_ahead(place: Place, readings: Sequence[Reading]) -> ReadAhead:
    try:
        events = next_batch(place)
    finally:
        connection.close()  # the thread's; one that broke must not be used again
    understood: Understood = {}
    for reading in readings:
        with suppress(Exception):  # the stage that asks for it again is the one that fails
            understood[reading] = reading(place.store, events)
    return ReadAhead(place, events, understood)


def next_batch(place: Place) -> list[LoggedEvent]:
    """The events of the next batch; empty when there is nothing to read."""
    with connection.cursor() as cursor:
        bound = settled_id(cursor)
    events = next_events(place.store.pk, after=place.after, up_to=bound, limit=place.live)
    if len(events) == place.live and all(event.history for event in events):
        add_events(place.store, events, bound, place.backfill, history=True)
    return events


def add_events(store: Store, events: list[LoggedEvent], bound: int, most: int, *, history: bool) -> None:
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
