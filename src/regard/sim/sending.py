"""Calls on their way to a store's public API, as any shop sends them."""

from __future__ import annotations

import base64
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BATCH_BYTES = 400_000  # below what the API takes at once
AGAIN_AFTER = 2.0  # seconds, where the API does not say
PASSING = {429, 500, 502, 503, 504}
TIMEOUT = 30.0


class Refused(Exception):
    """The API will not take the calls, however often they are sent; the message says why."""


@dataclass(frozen=True)
class Sender:
    """address: of the intake, such as http://127.0.0.1:8001. write_key: of a source of the store."""

    address: str
    write_key: str

    def send(self, calls: Sequence[bytes], *, stop: threading.Event) -> bool:
        """Send calls, again and again while the API is away; gives False when `stop` came first.

        Raises Refused for a write key or calls that are not taken.
        """
        return all(self._send_batch(batch, stop) for batch in _batches(calls))

    def _send_batch(self, body: bytes, stop: threading.Event) -> bool:
        while not stop.is_set():
            try:
                with urllib.request.urlopen(self._request(body), timeout=TIMEOUT):  # noqa: S310 - http(s), checked
                    return True
            except urllib.error.HTTPError as error:
                if error.code not in PASSING:
                    raise Refused(f"{self.address} answers {error.code}: {error.read(300)!r}") from error
                stop.wait(float(error.headers.get("Retry-After") or AGAIN_AFTER))
            except OSError:
                stop.wait(AGAIN_AFTER)
        return False

    def _request(self, body: bytes) -> urllib.request.Request:
        if not self.address.startswith(("http://", "https://")):
            raise Refused(f"{self.address!r} is no address; it must begin with http:// or https://.")
        login = base64.b64encode(f"{self.write_key}:".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        return urllib.request.Request(f"{self.address}/v1/batch", body, headers)  # noqa: S310 - see above


def _batches(calls: Sequence[bytes]) -> Iterator[bytes]:
    some: list[bytes] = []
    size = 0
    for call in calls:
        if some and size + len(call) > BATCH_BYTES:
            yield _body(some)
            some, size = [], 0
        some.append(call)
        size += len(call) + 1
    if some:
        yield _body(some)


def _body(calls: list[bytes]) -> bytes:
    return b'{"batch":[' + b",".join(calls) + b"]}"
