"""Lists as PostgreSQL's binary arrays, for statements that carry thousands of values.

psycopg writes them value by value, which was a tenth of all that a backfill computes. The format is that of
array_send in PostgreSQL's source (utils/adt/arrayfuncs.c): dimensions, a flag for NULLs, the type of the elements,
length and lower bound, and then each element behind its size.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
from psycopg.abc import Buffer, DumperKey, PyFormat
from psycopg.types.array import BaseListDumper, ListBinaryDumper

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
MICROSECOND = timedelta(microseconds=1)
HEAD = struct.Struct(">iiIii")
NUMBER = np.dtype([("size", ">i4"), ("value", ">i8")])
NULL = b"\xff\xff\xff\xff"  # a size of -1
_number = struct.Struct(">iq").pack
_size = struct.Struct(">i").pack


def _numbers(values: Sequence[Any]) -> bytes:
    if None in values:
        return b"".join([NULL if value is None else _number(8, value) for value in values])
    packed = np.empty(len(values), NUMBER)
    packed["size"], packed["value"] = 8, values
    return packed.tobytes()


def _times(values: Sequence[Any]) -> bytes:
    return _numbers([None if value is None else (value - EPOCH) // MICROSECOND for value in values])


def _texts(values: Sequence[Any]) -> bytes:
    if None in values:
        return b"".join([NULL if value is None else _texts([value]) for value in values])
    encoded = list(map(str.encode, values))
    return b"".join(chain.from_iterable(zip(map(_size, map(len, encoded)), encoded, strict=True)))


# Type of the values -> PostgreSQL's types of an element and of the array, and how they are written.
KINDS: dict[type, tuple[int, int, Callable[[Sequence[Any]], bytes]]] = {
    int: (20, 1016, _numbers),
    datetime: (1184, 1185, _times),
    str: (25, 1009, _texts),
}


class ArrayDumper(ListBinaryDumper):
    """Lists of one of `KINDS`, NULLs among them; all others are left to psycopg. Whole numbers are `bigint`."""

    kind: type | None = None

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:  # noqa: A002 - psycopg's name
        kind = _kind_of(obj)
        return (self.cls, kind) if kind else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:  # noqa: A002 - psycopg's name
        kind = _kind_of(obj)
        if kind is None:
            return super().upgrade(obj, format)
        dumper = type(self)(self.cls, self._tx)
        dumper.kind, dumper.oid = kind, KINDS[kind][1]
        return dumper

    def dump(self, obj: list[Any]) -> Buffer | None:
        if self.kind is None:
            return super().dump(obj)
        element, _array, write = KINDS[self.kind]
        return HEAD.pack(1, None in obj, element, len(obj), 1) + write(obj)


def _kind_of(values: Sequence[Any]) -> type | None:
    kinds = set(map(type, values)) - {type(None)}
    return kinds.pop() if len(kinds) == 1 and kinds <= KINDS.keys() else None
