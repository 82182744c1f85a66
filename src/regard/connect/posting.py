"""Handing something to another system over HTTP, and what its answer means for a message."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit

from regard.connect.channels import PermanentFailure, Receipt, TemporaryFailure

TIMEOUT = 20  # seconds
MOST_READ = 2_000  # bytes of an answer
# Of the client errors those that speak of us, our keys or the pace: the message gets through once that is mended.
PASSING = {401, 402, 403, 404, 407, 408, 409, 423, 425, 429}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is not taken to another."""

    def redirect_request(self, *_told: object) -> None:
        return None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    """Gives what was answered with 2xx. Raises TemporaryFailure, and PermanentFailure for what is refused."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise PermanentFailure("The address of this channel begins neither with http:// nor with https://.")
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - checked
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
            return Receipt(answer.read(MOST_READ).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(MOST_READ).decode("utf-8", "replace")
        raise _failure(error.code, said, error.headers.get("Retry-After", "")) from None
    except (OSError, HTTPException, ValueError) as error:
        raise TemporaryFailure(f"The receiver cannot be reached: {error}") from error


def _failure(code: int, said: str, retry_after: str) -> TemporaryFailure | PermanentFailure:
    words = f"{code} {said}".strip()
    if 400 <= code < 500 and code not in PASSING:
        return PermanentFailure(words)
    return TemporaryFailure(words, retry_after=float(retry_after) if retry_after.isdigit() else None)
