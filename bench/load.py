"""A load generator that costs little: requests are built before the clock starts, answers barely looked at."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import uvloop


@dataclass
class Result:
    """requests: answered with 200, or 303 as forms are. seconds: from the first request to the last answer.
    latencies: seconds."""

    requests: int
    seconds: float
    latencies: list[float] = field(repr=False)
    failed: int = 0

    def latency_ms(self, share: float) -> float:
        """The latency under which `share` (0..1) of the requests stayed, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Connection(asyncio.Protocol):
    """Sends one request after another over one connection; each answer sends the next."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        if not self.run.requests:
            self.run.finish_one()
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(self.run.requests.popleft())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.buffer = b""
        self.run.note(head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303")), time.perf_counter() - self.sent_at)
        delay = self.run.delay()
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self.send)
        else:
            self.send()


class Run:
    def __init__(self, requests: Iterable[bytes], connections: int, per_second: float | None) -> None:
        self.requests = deque(requests)
        self.open = connections
        self.done = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.failed = 0
        self.gap = 1 / per_second if per_second else 0.0
        self.next_at = time.perf_counter()

    def delay(self) -> float:
        if not self.gap:
            return 0.0
        self.next_at = max(self.next_at + self.gap, time.perf_counter() - 0.1)
        return self.next_at - time.perf_counter()

    def note(self, well: bool, seconds: float) -> None:
        if well:
            self.latencies.append(seconds)
        else:
            self.failed += 1

    def finish_one(self) -> None:
        self.open -= 1
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)


def send_all(
    port: int, requests: Sequence[bytes], *, connections: int, per_second: float | None = None
) -> Result:
    """Send the requests over so many connections, as fast as answers come or at a steady rate."""

    async def main() -> Result:
        run = Run(requests, connections, per_second)
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        for _ in range(connections):
            await loop.create_connection(lambda: Connection(run), "127.0.0.1", port)
        await run.done
        return Result(len(run.latencies), time.perf_counter() - began, run.latencies, run.failed)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def post(path: str, body: object, write_key: str) -> bytes:
    """A whole HTTP request."""
    content = json.dumps(body).encode()
    auth = base64.b64encode(f"{write_key}:".encode()).decode()
    return (
        f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Basic {auth}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    ).encode() + content


def get(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n".encode()
