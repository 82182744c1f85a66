"""Live streams: what enters a store's log is shown to the pages that watch it, as server-sent events."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from regard.capture.domain.log import CHANNEL, HIGHEST_ID, LOWEST_WRITER, WRITER_LOCK
from regard.capture.domain.stream_tokens import LIFE_SECONDS, StreamTokenInvalid, read_stream_token
from regard.capture.intake.http import ANY_ORIGIN, Receive, Scope, Send, answer_problem

log = logging.getLogger("regard.intake")

LOOK_EVERY = 1.0  # seconds, in case a notification was lost
HEARTBEAT = 15.0
MAX_WAITING = 500  # events that a slow page may be behind before it is told that some were skipped
MAX_WATCHERS = 2_000
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold the stream back otherwise
    ANY_ORIGIN,
]
NEW_EVENTS = """
    SELECT id, type, name, user_id, anonymous_id, occurred_at, received_at, history, source_id
    FROM capture_event WHERE store_id = %s AND id > %s AND id <= %s ORDER BY id DESC LIMIT 200
"""


@dataclass(eq=False)
class Watcher:
    store_id: int
    type: str
    name: str
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def offer(self, event: dict[str, Any]) -> None:
        if self.type not in {"", event["type"]} or self.name.lower() not in event["name"].lower():
            return
        message = b"id: %d\nevent: event\ndata: %s\n\n" % (event["id"], msgspec.json.encode(event))
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(b"event: skipped\ndata: {}\n\n")


class EventStreams:
    def __init__(self, dsn: str, pool: AsyncConnectionPool) -> None:
        self._dsn = dsn
        self._pool = pool
        self._watchers: dict[int, set[Watcher]] = {}
        self._seen: dict[int, int] = {}  # store -> the last event shown

    @property
    def watchers(self) -> int:
        return sum(map(len, self._watchers.values()))

    async def run(self) -> None:
        """Show what is new whenever the database says that there is something, and now and then anyway."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    while True:
                        async for _ in connection.notifies(timeout=LOOK_EVERY, stop_after=1):
                            pass
                        await self._show_new()
            except (psycopg.Error, PoolTimeout, OSError) as problem:
                log.warning("live streams wait for the database: %s", problem)
                await asyncio.sleep(LOOK_EVERY)

    async def _show_new(self) -> None:
        stores = [store_id for store_id, watchers in self._watchers.items() if watchers]
        if not stores:
            return
        async with self._pool.connection(timeout=5) as connection:
            bound = await self._settled_id(connection)
            for store_id in stores:
                last = self._seen.setdefault(store_id, bound)
                cursor = connection.cursor(row_factory=dict_row)
                await cursor.execute(NEW_EVENTS, (store_id, last, bound))
                events = await cursor.fetchall()
                if store_id in self._seen:  # else everybody has left meanwhile
                    self._seen[store_id] = bound
                for event in reversed(events):
                    for watcher in self._watchers.get(store_id, ()):
                        watcher.offer(event)

    async def _present(self) -> int:
        async with self._pool.connection(timeout=5) as connection:
            return await self._settled_id(connection)

    async def _settled_id(self, connection: psycopg.AsyncConnection[Any]) -> int:
        highest = await (await connection.execute(HIGHEST_ID)).fetchone()
        lowest = await (await connection.execute(LOWEST_WRITER, (WRITER_LOCK >> 48,))).fetchone()
        if highest is None:
            return 0
        bounds = [row[0] for row in (highest, lowest) if row and row[0] is not None]
        return int(min(bounds))

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One page's stream, until the page goes or its pass is too old and it must ask for another."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        try:
            store_id = read_stream_token(query.get("token", [""])[0])
        except StreamTokenInvalid:
            return await answer_problem(send, 401, "The pass to the live stream is invalid or too old.")
        if self.watchers >= MAX_WATCHERS:
            return await answer_problem(send, 503, "Too many live streams.", (b"retry-after", b"10"))
        try:
            bound = await self._present()
        except (psycopg.Error, PoolTimeout):
            return await answer_problem(send, 503, "The database does not answer.", (b"retry-after", b"2"))
        watcher = Watcher(store_id, query.get("type", [""])[0], query.get("name", [""])[0])
        # From here on every event is shown: who has connected may read what was before and misses nothing.
        self._seen.setdefault(store_id, bound)
        self._watchers.setdefault(store_id, set()).add(watcher)
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send(_chunk(b"retry: 2000\n\n"))
            async with asyncio.timeout(LIFE_SECONDS):
                while not gone.done():
                    await send(_chunk(await _next(watcher.queue, gone)))
        except TimeoutError:
            await send({"type": "http.response.body", "body": b"event: renew\ndata: {}\n\n"})
        finally:
            gone.cancel()
            self._forget(watcher)

    def _forget(self, watcher: Watcher) -> None:
        watchers = self._watchers.get(watcher.store_id, set())
        watchers.discard(watcher)
        if not watchers:
            self._watchers.pop(watcher.store_id, None)
            self._seen.pop(watcher.store_id, None)


async def _next(queue: asyncio.Queue[bytes], gone: asyncio.Task[None]) -> bytes:
    """The next message, or a heartbeat that keeps proxies from closing the stream."""
    message = asyncio.create_task(queue.get())
    try:
        done, _ = await asyncio.wait({message, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        return message.result() if message in done else b": still here\n\n"
    finally:
        message.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _chunk(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
