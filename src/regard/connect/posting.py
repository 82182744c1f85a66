"""Handing something to another system over HTTP, and what its answer means for a message."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit

from regard.connect.channels import PermanentFailure, Receipt, TemporaryFailure, is_refusal
from regard.connect.outside import AddressInside, opened

SECONDS = 20.0  # for all of it, however slowly the receiver answers
MOST_READ = 2_000  # bytes of an answer
MOST_WAIT = 10**6  # seconds that a receiver may ask for
SECONDS_ASKED = re.compile(r"[0-9]{1,9}")
INSIDE = (
    "The address of this channel leads into the network where Regard runs. "
    "Set REGARD_INSIDE_ADDRESSES=yes if that is meant."
)


def post(url: str, body: bytes, headers: Mapping[str, str], *, may_be_inside: bool = False) -> Receipt:
    """Gives what was answered with 2xx. Raises TemporaryFailure, and PermanentFailure for what is refused."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise PermanentFailure("The address of this channel begins neither with http:// nor with https://.")
    try:
        request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - checked
        with opened(request, seconds=SECONDS, may_be_inside=may_be_inside) as answer:
            said = answer.read(MOST_READ).decode("utf-8", "replace")
    except AddressInside:
        raise PermanentFailure(INSIDE) from None
    except (OSError, HTTPException, ValueError) as error:
        raise TemporaryFailure(f"The receiver cannot be reached: {error}") from error
    if 200 <= answer.status < 300:
        return Receipt(said)
    raise _failure(answer.status, said, answer.headers.get("Retry-After", ""))


def _failure(code: int, said: str, retry_after: str) -> TemporaryFailure | PermanentFailure:
    words = f"{code} {said}".strip()
    if is_refusal(code):
        return PermanentFailure(words)
    return TemporaryFailure(words, retry_after=_seconds(retry_after))


def _seconds(retry_after: str) -> float | None:
    """None for what is no number of seconds, or one that nobody means."""
    asked = retry_after.strip()
    return float(min(int(asked), MOST_WAIT)) if SECONDS_ASKED.fullmatch(asked) else None
