from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from regard.capture.intake.http import ANY_ORIGIN, Scope, Send, answer, header

HEADERS = (
    (b"content-type", b"text/javascript; charset=utf-8"),
    (b"cache-control", b"public, max-age=3600"),
    (b"vary", b"accept-encoding"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    ANY_ORIGIN,
)


@cache
def _script() -> tuple[bytes, bytes, bytes]:
    """The browser snippet plain and compressed, and its tag for caches."""
    plain = (files("regard.capture") / "static" / "capture" / "regard.js").read_bytes()
    tag = b'"' + hashlib.sha256(plain).hexdigest()[:16].encode() + b'"'
    return plain, gzip.compress(plain, 9, mtime=0), tag


async def serve_snippet(scope: Scope, send: Send) -> None:
    """The one tag that shops put on their pages loads this."""
    plain, packed, tag = _script()
    headers = (*HEADERS, (b"etag", tag))
    if header(scope, b"if-none-match") == tag:
        await answer(send, 304, b"", headers)
    elif b"gzip" in header(scope, b"accept-encoding"):
        await answer(send, 200, packed, (*headers, (b"content-encoding", b"gzip")))
    else:
        await answer(send, 200, plain, headers)
