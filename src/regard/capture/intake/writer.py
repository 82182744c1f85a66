"""Group commit: while one commit runs, requests queue; the next commit takes all that queued.

There is no timer: an idle intake commits at once, a busy one commits as often as the disk allows.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import AsyncConnection, errors

from regard.capture.domain.log import (
    COPY_EVENTS,
    COPY_HEADER,
    COPY_TRAILER,
    FIND_KEYS,
    REPEAT_HORIZON,
    NewEvent,
    key_array,
    locks_for,
    pack_rows,
)
from regard.capture.domain.partitions import PARTITIONS_LOCK, month_number, partition_statements
from regard.core import clock

log = logging.getLogger("regard.intake")

MAX_QUEUED_ROWS = 50_000
MAX_COMMIT_ROWS = 8_000
RACE_ATTEMPTS = 5
CONNECT_OPTIONS = (
    "-c statement_timeout=15000 -c enable_seqscan=off -c idle_in_transaction_session_timeout=30000"
)
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

    def settle(self, error: Exception | None) -> None:
        if self.done.done():
            return  # the sender has gone
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Writer:
    """Takes rows of many requests, commits them together, and answers each when its rows are durable."""

    def __init__(self, dsn: str, on_commit: Callable[[set[int]], None]) -> None:
        self._dsn = dsn
        self._on_commit = on_commit  # told the stores that have new events
        self._queue: deque[Work] = deque()
        self._queued_rows = 0
        self._wake = asyncio.Event()
        self._connection: AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self.committed = 0  # events written since the start, repeats left out
        self.repeated = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is queued, then close."""
        while self._queue:
            await asyncio.sleep(0.01)
        if self._task is not None:
            self._task.cancel()
        await self._disconnect()

    async def write(self, events: Sequence[NewEvent], rejected: Sequence[RejectedRow] = ()) -> None:
        """Returns when the rows are durable. Raises Unavailable or Unwritable, and then none of them is kept."""
        work = Work(events, rejected)
        if self._queued_rows + len(events) > MAX_QUEUED_ROWS:
            raise Unavailable("more events are waiting than the database can take")
        self._queued_rows += len(events) + len(rejected)
        self._queue.append(work)
        self._wake.set()
        await work.done

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._commit(self._take())

    def _take(self) -> list[Work]:
        taken: list[Work] = []
        rows = 0
        while self._queue and (not taken or rows + len(self._queue[0].events) <= MAX_COMMIT_ROWS):
            work = self._queue.popleft()
            rows += len(work.events) + len(work.rejected)
            taken.append(work)
        self._queued_rows -= rows
        return taken

    async def _commit(self, works: list[Work]) -> None:
        error: Exception | None = None
        try:
            await self._write_settling_races(works)
        except psycopg.DataError as problem:
            if len(works) > 1:  # one request spoils the commit: each on its own, so that only that one fails
                for work in works:
                    await self._commit([work])
                return
            log.warning("rows refused: %s", problem)
            error = Unwritable(str(problem))
        except (psycopg.Error, OSError) as problem:
            log.error("events not written: %s", problem)
            error = Unavailable(str(problem))
            await self._disconnect()
        except Exception as problem:
            log.exception("events not written")
            error = Unavailable(str(problem))
            await self._disconnect()
        for work in works:
            work.settle(error)
        if error is None:
            self._on_commit({row.store_id for work in works for row in work.events})

    async def _write_settling_races(self, works: list[Work]) -> None:
        for attempt in range(RACE_ATTEMPTS):
            try:
                return await self._write(works)
            except errors.UniqueViolation:
                # Another process brought the same key at this instant; its row is there now, so look again.
                if attempt == RACE_ATTEMPTS - 1:
                    raise
            except errors.CheckViolation:  # no partition for this month yet
                await self._make_partitions(works)
        return None

    async def _write(self, works: list[Work]) -> None:
        connection = await self._connected()
        rows = {(row.store_id, row.key): row for work in works for row in work.events}
        rejected = [row for work in works for row in work.rejected]
        offered = sum(len(work.events) for work in works)
        async with connection.transaction(), connection.cursor() as cursor:
            if rows:
                await self._write_events(cursor, rows)
            if rejected:
                await cursor.executemany(
                    INSERT_REJECTED,
                    [
                        (r.store_id, r.source_id, r.received_at, r.sent_as, r.field, r.reason, r.body)
                        for r in rejected
                    ],
                )
        self.committed += len(rows)
        self.repeated += offered - len(rows)

    async def _write_events(
        self, cursor: psycopg.AsyncCursor[Any], rows: dict[tuple[int, bytes], NewEvent]
    ) -> None:
        moment = clock.now()
        for statement, values in locks_for({month_number(row.received_at) for row in rows.values()}, moment):
            await cursor.execute(statement, values)
        by_store: dict[int, list[bytes]] = {}
        for store_id, key in rows:
            by_store.setdefault(store_id, []).append(key)
        for store_id, keys in by_store.items():
            await cursor.execute(FIND_KEYS, (key_array(keys), store_id, moment - REPEAT_HORIZON))
            for (key,) in await cursor.fetchall():
                del rows[store_id, key]
        if rows:
            async with cursor.copy(COPY_EVENTS) as copy:
                await copy.write(COPY_HEADER + pack_rows(rows.values()) + COPY_TRAILER)

    async def _make_partitions(self, works: list[Work]) -> None:
        connection = await self._connected()
        months = {month_number(row.received_at) for work in works for row in work.events}
        async with connection.transaction():
            await connection.execute(PARTITIONS_LOCK)
            for month in months:
                for statement in partition_statements(month):
                    await connection.execute(statement)

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=5, options=CONNECT_OPTIONS
            )
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close()
            except (psycopg.Error, OSError) as problem:
                log.debug("closing a broken connection: %s", problem)
