"""Group commit: while one commit runs, requests queue; the next commit takes all that queued.

There is no timer: an idle intake commits at once, a busy one commits as often as the disk allows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import psycopg
from psycopg import errors

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, copy_events
from regard.capture.domain.partitions import ensure_partitions, month_number
from regard.core import clock

log = logging.getLogger("regard.intake")

MAX_QUEUED_ROWS = 50_000
MAX_QUEUED_BYTES = 64 * 1024 * 1024  # of what the rows hold; a process needs a few times as much
MAX_COMMIT_ROWS = 4_000
MAX_COMMIT_BYTES = 8 * 1024 * 1024
LANES = 2
RACE_ATTEMPTS = 5
# Errors that are due to what is in the rows; the last when it is nested too deeply.
REFUSED = (psycopg.DataError, errors.ProgramLimitExceeded, errors.StatementTooComplex)
CONNECT_OPTIONS = "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
INSERT_REJECTED = (
    "INSERT INTO capture_rejectedevent"
    " (store_id, source_id, received_at, sent_as, field, reason, body, state, settled_by)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', '')"
)


class Unavailable(Exception):
    """The database cannot take the rows now; the sender must try again."""


class Unwritable(Exception):
    """The database refuses these rows for what is in them."""


@dataclass
class RejectedRow:
    store_id: int
    source_id: int
    received_at: datetime
    sent_as: str
    field: str
    reason: str
    body: str


@dataclass
class Work:
    """What one request brings, written wholly or not at all."""

    events: Sequence[NewEvent]
    rejected: Sequence[RejectedRow] = ()
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def size(self) -> int:
        return len(self.events) + len(self.rejected)

    @cached_property
    def bytes(self) -> int:
        """How much the rows hold; what else they are is little beside it, and counted in rows."""
        return sum(len(row.payload) for row in self.events) + sum(len(row.body) for row in self.rejected)

    def settle(self, error: Exception | None) -> None:
        if self.done.done():
            return  # the sender has gone
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Lane:
    """A connection in a thread of its own, through which one commit goes at a time."""

    def __init__(self, dsn: str, number: int) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[Any] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"commit-{number}")

    async def write(self, works: Sequence[Work]) -> int:
        """Commit what these requests bring; gives how many events were new. Raises psycopg.Error, OSError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, works)

    def close(self) -> None:
        self._thread.submit(self._disconnect).result()
        self._thread.shutdown()

    def _write(self, works: Sequence[Work]) -> int:
        for _ in range(RACE_ATTEMPTS):
            try:
                return self._write_once(works)
            except (errors.UniqueViolation, errors.DeadlockDetected):
                continue  # another writer brings the same keys at this instant: look for its rows again
            except errors.CheckViolation:
                self._make_partitions(works)
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError):
                self._disconnect()
                raise
        return self._write_once(works)

    def _write_once(self, works: Sequence[Work]) -> int:
        events = [row for work in works for row in work.events]
        rejected = [astuple(row) for work in works for row in work.rejected]
        fresh = 0
        connection = self._connected()
        with connection.transaction(), connection.cursor() as cursor:
            if events:
                fresh = copy_events(cursor, events, horizon=clock.now() - REPEAT_HORIZON)
            if rejected:
                cursor.executemany(INSERT_REJECTED, rejected)
        return fresh

    def _make_partitions(self, works: Sequence[Work]) -> None:
        connection = self._connected()
        with connection.transaction(), connection.cursor() as cursor:
            ensure_partitions(
                cursor, {month_number(row.received_at) for work in works for row in work.events}
            )

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._dsn, autocommit=True, connect_timeout=5, options=CONNECT_OPTIONS
            )
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                connection.close()


class Writer:
    """Takes rows of many requests, commits them together, and answers each when its rows are durable.

    Two lanes take turns, so that one commit is made ready while the disk is busy with the other.
    """

    def __init__(self, dsn: str, on_commit: Callable[[set[int]], None]) -> None:
        self._on_commit = on_commit  # told the stores that have new events
        self._lanes = [Lane(dsn, number) for number in range(LANES)]
        self._queue: deque[Work] = deque()
        self._queued_rows = self._queued_bytes = 0
        self._awake = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self.committed = 0  # events written since the start, repeats left out
        self.repeated = 0

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(lane)) for lane in self._lanes]

    async def stop(self) -> None:
        """Write what is queued, answer those who wait, then close."""
        self._stopping = True
        self._awake.set()
        await asyncio.gather(*self._tasks)
        for lane in self._lanes:
            lane.close()

    async def write(self, events: Sequence[NewEvent], rejected: Sequence[RejectedRow] = ()) -> None:
        """Returns when the rows are durable. Raises Unavailable or Unwritable; then none of them is kept."""
        work = Work(events, rejected)
        if (
            self._queued_rows + work.size > MAX_QUEUED_ROWS
            or self._queued_bytes + work.bytes > MAX_QUEUED_BYTES
        ):
            raise Unavailable("more events are waiting than the database can take")
        self._queued_rows += work.size
        self._queued_bytes += work.bytes
        self._queue.append(work)
        self._awake.set()
        await work.done

    async def _run(self, lane: Lane) -> None:
        while True:
            await self._awake.wait()
            if self._queue:
                await self._commit(lane, self._take())
            elif self._stopping:
                return
            else:
                self._awake.clear()

    def _take(self) -> list[Work]:
        """What the next commit writes: the first that queue, as many as fit, one at the least."""
        taken: list[Work] = []
        rows = size = 0
        while self._queue:
            following = self._queue[0]
            rows, size = rows + following.size, size + following.bytes
            if taken and (rows > MAX_COMMIT_ROWS or size > MAX_COMMIT_BYTES):
                break
            taken.append(self._queue.popleft())
            self._queued_rows -= following.size
            self._queued_bytes -= following.bytes
        return taken

    async def _commit(self, lane: Lane, works: list[Work]) -> None:
        try:
            fresh = await lane.write(works)
        except REFUSED as problem:
            if len(works) > 1:  # one request spoils the commit: each on its own, so that only that one fails
                for work in works:
                    await self._commit(lane, [work])
            else:
                log.warning("rows refused: %s", problem)
                works[0].settle(Unwritable(str(problem)))
        except Exception as problem:  # whatever it is, the requests must be answered, and the writer go on
            log.log(
                logging.ERROR,
                "events not written: %s",
                problem,
                exc_info=not isinstance(problem, psycopg.Error),
            )
            for work in works:
                work.settle(Unavailable(str(problem)))
        else:
            self.committed += fresh
            self.repeated += sum(len(work.events) for work in works) - fresh
            for work in works:
                work.settle(None)
            self._on_commit({row.store_id for work in works for row in work.events})
