"""Columns of numbers between numpy and PostgreSQL, as binary arrays: a million values cost no Python object each.

A query that reads gives one row of arrays (`array_agg`); one that writes takes arrays as parameters (`unnest`).
The format is that of array_send in PostgreSQL's source (utils/adt/arrayfuncs.c): dimensions, a flag, the type of
the elements, length and lower bound, and then each element behind its size. Elements must not be NULL: unknown
numbers are NaN, unknown times NaT, which is PostgreSQL's -infinity.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
Column = NDArray[Any]
Chosen = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Times = NDArray[np.datetime64]  # UTC, in microseconds
Whole = NDArray[np.int64]

TIME = "<M8[us]"
EPOCH = np.datetime64("2000-01-01", "us").astype(
    np.int64
)  # PostgreSQL's, in microseconds since that of numpy
NEVER = np.iinfo(np.int64).min  # both numpy's NaT and PostgreSQL's -infinity
_HEAD = struct.Struct(">iiIii")
_EMPTY = struct.Struct(">iiI")
# numpy's type -> PostgreSQL's types of the element and of its array, and the form on the wire.
_TYPES = {
    "<i2": (21, 1005, ">i2"),
    "<i4": (23, 1007, ">i4"),
    "<i8": (20, 1016, ">i8"),
    "<f8": (701, 1022, ">f8"),
    "|b1": (16, 1000, "|b1"),
    TIME: (1184, 1185, ">i8"),
}
_BY_ELEMENT = {element: (name, wire) for name, (element, _array, wire) in _TYPES.items()}


class _ColumnDumper(Dumper):
    format = Format.BINARY

    def __init__(self, cls: type, context: Any = None, kind: str = "<f8") -> None:
        super().__init__(cls, context)
        self.kind, self.oid = kind, _TYPES[kind][1]

    def get_key(self, obj: Column, format: Any) -> Any:  # noqa: A002, ARG002 - psycopg's signature
        return self.cls, obj.dtype.str

    def upgrade(self, obj: Column, format: Any) -> _ColumnDumper:  # noqa: A002, ARG002 - psycopg's signature
        return _ColumnDumper(self.cls, kind=obj.dtype.str)

    def dump(self, obj: Column) -> Buffer:
        element, _array, wire = _TYPES[self.kind]
        if not obj.size:
            return _EMPTY.pack(0, 0, element)
        packed = np.empty(obj.size, [("size", ">i4"), ("value", wire)])
        packed["size"] = obj.itemsize
        packed["value"] = _sent_times(obj) if self.kind == TIME else obj
        return _HEAD.pack(1, 0, element, obj.size, 1) + packed.tobytes()


class _ColumnLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> Column:
        dimensions, _flags, element = _EMPTY.unpack_from(data)
        kind, wire = _BY_ELEMENT[element]
        if not dimensions:
            return np.empty(0, kind)
        values = np.frombuffer(data, [("size", ">i4"), ("value", wire)], offset=_HEAD.size)["value"]
        if kind == TIME:
            moments = values.astype(np.int64)
            return np.where(moments == NEVER, NEVER, moments + EPOCH).view(TIME)
        return values.astype(kind)


def _sent_times(times: Times) -> Whole:
    moments = times.view(np.int64)
    return np.where(moments == NEVER, NEVER, moments - EPOCH)


def run_columns(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement on Django's connection, with columns as parameters and columns in its rows.

    Past Django's cursor, which sends every value as text.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(np.ndarray, _ColumnDumper)
        for _element, array, _wire in _TYPES.values():
            cursor.adapters.register_loader(array, _ColumnLoader)
        cursor.execute(statement, values, binary=True)
        if connection.queries_logged:  # so that who counts queries counts these
            connection.queries_log.append({"sql": statement, "time": "0"})
        return cursor.fetchall() if cursor.description else []


def chosen_rows(table: T, chosen: Any) -> T:
    """These rows of a dataclass of columns; chosen: a mask or positions. Whatever is no column stays."""
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    rows = {name: column[chosen] for name, column in columns.items() if isinstance(column, np.ndarray)}
    return replace(table, **rows)


def microseconds(times: Times) -> Whole:
    return times.view(np.int64)


def days_between(earlier: Times, later: Times | np.datetime64) -> Numbers:
    """Days as a number with fractions; NaN where a time is unknown."""
    span = later - earlier
    days = span.astype(np.int64) / 86_400e6
    return np.where(np.isnat(span), np.nan, days)


def digest_of(columns: Iterable[Column], *, seed: int = 0) -> Whole:
    """A number that differs, but for one chance in 2^64, when any of a row's values does; never 0.

    The mixing step is that of splitmix64.
    """
    mixed: Any = np.uint64(0x9E3779B97F4A7C15 + seed)
    for column in columns:
        mixed = (mixed ^ _bits(column)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(29)
    digest: Whole = (mixed | np.uint64(1)).view(np.int64)
    return digest


def _bits(column: Column) -> NDArray[np.uint64]:
    """The values' bits, where all ways to write the same value are one."""
    if column.dtype.kind == "f":
        known = np.where(np.isnan(column), np.inf, column + 0.0)
        return known.astype(np.float64).view(np.uint64)
    return column.astype(np.int64).view(np.uint64)
