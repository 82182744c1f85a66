"""The intake: a bare ASGI application that takes events in and serves live streams.

It listens beside the pages, on the next port, and shares nothing with them but the database.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import math
from collections.abc import Awaitable, Callable

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from regard.capture.domain import segment
from regard.capture.domain.log import NewEvent
from regard.capture.intake import http
from regard.capture.intake.http import Receive, Scope, Send, answer, answer_problem, header
from regard.capture.intake.keys import KnownKey, WriteKeys
from regard.capture.intake.notifier import Notifier
from regard.capture.intake.snippet import serve_snippet
from regard.capture.intake.streams import EventStreams
from regard.capture.intake.writer import RejectedRow, Unavailable, Unwritable, Writer
from regard.core import clock

log = logging.getLogger("regard.intake")

OK = b'{"success": true}'
RETRY_SOON = (b"retry-after", b"1")
PREFLIGHT = (
    http.ANY_ORIGIN,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-max-age", b"86400"),
)


class Intake:
    """The application; one of it lives in each intake process."""

    def __init__(self, dsn: str, processes: int) -> None:
        self._pool: AsyncConnectionPool = AsyncConnectionPool(
            dsn, min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
        )
        self._notifier = Notifier(self._pool)
        self._writer = Writer(dsn, self._notifier.add)
        self._keys = WriteKeys(self._pool, processes)
        self._streams = EventStreams(dsn, self._pool)
        self._tasks: list[asyncio.Task[None]] = []
        self._get: dict[str, Callable[[Scope, Send], Awaitable[None]]] = {
            "/healthz": self._health,
            "/readyz": self._ready,
            "/metrics": self._metrics,
            "/regard.js": serve_snippet,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            try:
                await self._route(scope, receive, send)
            except http.ClientGone:
                return

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._pool.open(wait=False)
                self._writer.start()
                self._tasks = [
                    asyncio.create_task(self._notifier.run()),
                    asyncio.create_task(self._streams.run()),
                ]
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._writer.stop()
                for task in self._tasks:
                    task.cancel()
                await self._pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        method: str = scope["method"]
        path = path.rstrip("/") or "/"
        if method == "OPTIONS":
            await answer(send, 204, b"", PREFLIGHT)
        elif path in segment.PATHS:
            if method == "POST":
                await self._take_in(segment.PATHS[path], scope, receive, send)
            else:
                await answer_problem(send, 405, "Send events with POST.", (b"allow", b"POST, OPTIONS"))
        elif path == "/live/events" and method == "GET":
            await self._streams.serve(scope, receive, send)
        elif path in self._get and method in {"GET", "HEAD"}:
            await self._get[path](scope, send)
        else:
            await answer_problem(
                send, 404, "There is nothing here. Events go to /v1/track, /v1/batch and so on."
            )

    async def _take_in(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        limit = segment.MAX_BATCH_BYTES if kind == "batch" else segment.MAX_EVENT_BYTES
        try:
            body = await http.read_body(scope, receive, limit)
            request = segment.read_request(kind, body)
        except http.BodyTooLarge:
            return await answer_problem(send, 400, segment.TOO_LARGE)
        except (http.BodyUnreadable, segment.Unreadable) as error:
            return await answer_problem(send, 400, str(error))
        try:
            key = await self._authenticate(scope, request)
            if key is None:
                return await answer_problem(
                    send, 401, "The write key is missing or unknown. Send it as the user name of basic "
                    "authentication, or as writeKey in the body.",
                )  # fmt: skip
            wait = key.bucket.take(max(1, len(request.events)))
            if wait:
                seconds = str(math.ceil(wait)).encode()
                return await answer_problem(
                    send, 429, "This write key sends more events a second than it may. Try again later.",
                    (b"retry-after", seconds), (b"x-ratelimit-reset", seconds),
                )  # fmt: skip
            await self._store(kind, key, request, send)
        except Unavailable as problem:
            log.warning("not taken: %s", problem)
            await answer_problem(
                send, 503, "Events cannot be kept right now. Try again with the same messageId.", RETRY_SOON
            )
        except Unwritable:
            await answer_problem(send, 400, "The database cannot keep what is in these events.")

    async def _authenticate(self, scope: Scope, request: segment.Request) -> KnownKey | None:
        token = _basic_user(header(scope, b"authorization")) or request.write_key
        return await self._keys.find(token) if token else None

    async def _store(self, kind: str, key: KnownKey, request: segment.Request, send: Send) -> None:
        received_at = clock.now()
        events: list[NewEvent] = []
        rejected: list[RejectedRow] = []
        for body in request.events:
            row = segment.read_event(
                kind, body, store_id=key.store_id, source_id=key.source_id,
                received_at=received_at, sent_at=request.sent_at,
            )  # fmt: skip
            if isinstance(row, NewEvent):
                events.append(row)
            else:
                text = segment.readable(row.body)
                rejected.append(
                    RejectedRow(key.store_id, key.source_id, received_at, kind, row.field, row.reason, text)
                )
        if events or rejected:
            await self._writer.write(events, rejected)
        if kind != "batch" and rejected:
            # The event is kept with its reason, so a sender that cannot mend it need not send it again.
            return await answer_problem(send, 400, f"{rejected[0].field}: {rejected[0].reason}")
        return await answer(send, 200, OK)

    async def _health(self, _scope: Scope, send: Send) -> None:
        await answer(send, 200, b'{"status": "alive"}')

    async def _ready(self, _scope: Scope, send: Send) -> None:
        try:
            async with self._pool.connection(timeout=2) as connection:
                await connection.execute("SELECT 1 FROM capture_event_id")
            await answer(send, 200, b'{"status": "ready"}')
        except (psycopg.Error, PoolTimeout):
            await answer_problem(send, 503, "The database does not answer.", RETRY_SOON)

    async def _metrics(self, _scope: Scope, send: Send) -> None:
        lines = (
            "# HELP regard_events_committed_total Events written by this process.",
            "# TYPE regard_events_committed_total counter",
            f"regard_events_committed_total {self._writer.committed}",
            "# HELP regard_events_repeated_total Events that were known already.",
            "# TYPE regard_events_repeated_total counter",
            f"regard_events_repeated_total {self._writer.repeated}",
            "# HELP regard_live_streams Pages that watch this process's live streams.",
            "# TYPE regard_live_streams gauge",
            f"regard_live_streams {self._streams.watchers}",
        )
        text = "\n".join(lines) + "\n"
        await answer(send, 200, text.encode(), ((b"content-type", b"text/plain; version=0.0.4"),))


def _basic_user(authorization: bytes) -> str:
    """The user name of basic authentication, where Segment's clients put the write key."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
