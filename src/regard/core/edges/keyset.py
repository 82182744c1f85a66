"""Paging by key: a page begins after the last row of the one before, so that deep pages cost no more than
the first and rows that arrive meanwhile shift nothing. Lists of pages and of the API share it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

M = TypeVar("M", bound=Model)
CursorValue = int | float | str | datetime


class CursorInvalid(ValueError):
    """The cursor is none that this list has given out; begin again without one."""


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows of one page; `next_cursor` leads to the following one and is empty at the end."""

    rows: list[M]
    next_cursor: str


def encode_cursor(values: Sequence[CursorValue]) -> str:
    """The values as opaque text that fits into a URL. Times must be aware."""
    packed = base64.urlsafe_b64encode(msgspec.msgpack.encode(tuple(values))).decode().rstrip("=")
    return _signer().sign(packed)


def decode_cursor(text: str) -> tuple[Any, ...]:
    """What `encode_cursor` was given. Raises CursorInvalid for text that this installation has not made."""
    try:
        packed = _signer().unsign(text)
        return tuple(msgspec.msgpack.decode(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    except (BadSignature, binascii.Error, msgspec.DecodeError) as error:
        raise CursorInvalid(_("The cursor is invalid; begin again without one.")) from error


def keyset_page(queryset: QuerySet[M], *, order: Sequence[str], cursor: str, limit: int) -> KeysetPage[M]:
    """The page of at most `limit` rows that follows `cursor`, or the first one when it is empty.

    order: field names as in `order_by`, none of them null, together unique. One query. Raises
    CursorInvalid, also for the cursor of a list with another order.
    """
    if cursor:
        list_order, *values = decode_cursor(cursor)
        if list_order != ",".join(order):
            raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))
        queryset = queryset.filter(_after(order, values))
    found = list(queryset.order_by(*order)[: limit + 1])
    rows = found[:limit]
    if len(found) <= limit:
        return KeysetPage(rows, "")
    last = [getattr(rows[-1], name.removeprefix("-")) for name in order]
    return KeysetPage(rows, encode_cursor([",".join(order), *last]))


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come later: (a, b) > (x, y) as a >= x AND (a > x OR (a = x AND b > y)).

    The first bound says nothing new; it lets PostgreSQL begin in the middle of the index.
    """
    names = [name.removeprefix("-") for name in order]
    further = ["lt" if name.startswith("-") else "gt" for name in order]
    later = Q()
    for position, name in enumerate(names):
        ties = dict(zip(names[:position], values[:position], strict=True))
        later |= Q(**ties, **{f"{name}__{further[position]}": values[position]})
    return Q(**{f"{names[0]}__{further[0]}e": values[0]}) & later


def _signer() -> Signer:
    return Signer(salt="regard.core.keyset", sep=".")
