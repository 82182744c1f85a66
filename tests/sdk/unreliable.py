"""A network between an SDK and the intake that fails in known ways, as real ones do."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

LIMIT, AWAY, LOST_REPLY = "429", "503", "reply lost"
# The first requests pass through these, one fault in three; after that the network is well.
FAULTS = [None, LIMIT, None, None, AWAY, None, None, LOST_REPLY, None] * 4


class UnreliableNetwork(ThreadingHTTPServer):
    def __init__(self, intake: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.client = httpx.Client(base_url=intake, timeout=60)
        self.faults = itertools.chain(FAULTS, itertools.repeat(None))
        self.lock = threading.Lock()
        self.seen: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_fault(self) -> str | None:
        with self.lock:
            fault = next(self.faults)
            self.seen[fault or "passed"] += 1
            return fault


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: UnreliableNetwork

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            self.server.seen["gzip"] += 1
        fault = self.server.next_fault()
        if fault == LIMIT:
            return self._answer(429, b'{"success": false}', ("retry-after", "1"))
        if fault == AWAY:
            return self._answer(503, b'{"success": false}')
        passed = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        reply = self.server.client.post(self.path, content=body, headers=passed)
        if fault == LOST_REPLY:  # it was kept, and the sender cannot know
            return self._answer(503, b'{"success": false}')
        return self._answer(reply.status_code, reply.content)

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("content-type", "application/json"), *headers):
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def unreliable_network(intake: str) -> Iterator[UnreliableNetwork]:
    with UnreliableNetwork(intake) as network:
        thread = threading.Thread(target=network.serve_forever)
        thread.start()
        try:
            yield network
        finally:
            network.shutdown()
            thread.join()
            network.client.close()
