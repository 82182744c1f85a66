"""The little of HTTP that the intake needs, on bare ASGI."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")
# Any shop's pages may send with their write key; no cookie is read here, so there is nothing to protect.
ANY_ORIGIN = (b"access-control-allow-origin", b"*")
READABLE = (b"access-control-expose-headers", b"retry-after")  # or browsers hide it from the snippet


class BodyTooLarge(ValueError):
    pass


class BodyUnreadable(ValueError):
    pass


class ClientGone(Exception):
    pass


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The body, unpacked if it is gzip. Raises BodyTooLarge, BodyUnreadable or ClientGone."""
    body = await _receive_all(receive, limit)
    encoding = header(scope, b"content-encoding").strip().lower()
    if encoding in {b"", b"identity"}:
        return body
    if encoding not in {b"gzip", b"x-gzip"}:
        raise BodyUnreadable("The Content-Encoding is not known here; use gzip or none.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyUnreadable("The body is not the gzip that its Content-Encoding promises.") from error
    if len(unpacked) > limit:
        raise BodyTooLarge
    if not unpacker.eof:
        raise BodyUnreadable("The gzip body ends too early.")
    return unpacked


async def _receive_all(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise BodyTooLarge
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def header(scope: Scope, name: bytes) -> bytes:
    """The value of a request's header (name in small letters), or nothing."""
    for key, value in scope["headers"]:
        if key.lower() == name:
            return bytes(value)
    return b""


async def answer(send: Send, status: int, body: bytes, headers: Headers = (JSON, ANY_ORIGIN)) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def answer_problem(send: Send, status: int, message: str, *more: tuple[bytes, bytes]) -> None:
    """An error as Segment's clients know it, with a text for people."""
    body = msgspec.json.encode({"success": False, "message": message})
    await answer(send, status, body, (JSON, ANY_ORIGIN, READABLE, *more))
