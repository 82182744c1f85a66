"""Calling addresses that somebody typed in: over HTTP, to the outside alone, and for so long at the most.

An address that leads into the network where Regard runs would let whoever sets up a channel knock at doors that
are not theirs. So the name is looked up once, what it says is checked, and that is what is connected to: a name
that says something else the next moment gains nothing.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

BEHIND_NAT64 = IPv6Network("64:ff9b::/96")


class AddressInside(Exception):
    """The address leads into the network where Regard runs."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is signed, or meant, for one address is not taken to another."""

    def redirect_request(self, *_told: object) -> None:
        return None


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """What is refused, or leads elsewhere, is an answer like any other."""

    def http_response(
        self,
        request: urllib.request.Request,  # noqa: ARG002 - handlers are given both
        response: http.client.HTTPResponse,
    ) -> http.client.HTTPResponse:
        return response

    https_response = http_response


@contextmanager
def opened(
    request: urllib.request.Request, *, seconds: float, may_be_inside: bool
) -> Iterator[http.client.HTTPResponse]:
    """The answer, of whatever status, whose body can be read within the block; no redirect is followed. `seconds`
    are for all of it together.

    may_be_inside: whether the network where Regard runs may be reached, and proxies of the environment be asked.
    Raises AddressInside, OSError, http.client.HTTPException and ValueError.
    """
    deadline = _Deadline(seconds)
    handlers: list[urllib.request.BaseHandler] = [_AnyStatus(), _Http(deadline, may_be_inside)]
    handlers.append(_Https(deadline, may_be_inside))
    if not may_be_inside:
        handlers.append(urllib.request.ProxyHandler({}))  # it would look the name up again, by itself
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=seconds) as answer:
            yield answer
            deadline.check()  # what is cut off looks like a whole answer to who reads it
    finally:
        deadline.close()


def is_outside(address: str) -> bool:
    """Whether an IP address is of the public internet."""
    known = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address):
        within = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else None)
        if known in BEHIND_NAT64:
            within = ip_address(int(known) & 0xFFFF_FFFF)  # type: ignore[assignment]  # the last four bytes
        if within is not None:
            return is_outside(str(within))
    return known.is_global and not known.is_multicast


class _Deadline:
    """Cuts connections off when their time is over, whatever they are doing."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._watched: list[tuple[threading.Timer, socket.socket]] = []

    def left(self) -> float:
        """Seconds, a few thousandths at the least."""
        return max(self._until - time.monotonic(), 0.005)

    def check(self) -> None:
        """Raises TimeoutError when the time is over."""
        if time.monotonic() >= self._until:
            raise TimeoutError("It answers too slowly.")

    def watch(self, connected: socket.socket) -> None:
        twin = connected.dup()  # which stays ours when the connection is encrypted
        timer = threading.Timer(self.left(), _cut, [twin])
        timer.daemon = True
        timer.start()
        self._watched.append((timer, twin))

    def close(self) -> None:
        for timer, twin in self._watched:
            timer.cancel()
            twin.close()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _connect(deadline: _Deadline, may_be_inside: bool, host: str, port: int) -> socket.socket:
    """To the first address of the host that answers and may be reached."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [each for each in found if may_be_inside or is_outside(str(each[4][0]))]
    if not allowed:
        raise AddressInside(host)
    failure: OSError | None = None
    for family, kind, protocol, _name, place in allowed:
        connected = socket.socket(family, kind, protocol)
        connected.settimeout(deadline.left())
        try:
            connected.connect(place)
        except OSError as error:
            connected.close()
            failure = error
            continue
        deadline.watch(connected)
        return connected
    raise failure or OSError(f"{host} has no address.")


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: _Deadline, may_be_inside: bool) -> None:
        super().__init__()
        self._how = deadline, may_be_inside

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_through(http.client.HTTPConnection, *self._how), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: _Deadline, may_be_inside: bool) -> None:
        super().__init__()
        self._how = deadline, may_be_inside

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_through(http.client.HTTPSConnection, *self._how), request)


def _through(kind: type[http.client.HTTPConnection], deadline: _Deadline, may_be_inside: bool) -> Any:
    """Connections of a kind that are made by `_connect`; certificates are checked for the name, as ever."""

    def make(host: str, **given: Any) -> http.client.HTTPConnection:
        made = kind(host, **given)
        made._create_connection = (  # type: ignore[attr-defined]  # noqa: SLF001 - where http.client lets one in
            lambda place, *_told: _connect(deadline, may_be_inside, place[0], place[1])
        )
        return made

    return make
