"""Statements that carry thousands of values, or bring thousands of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from regard.capture.domain.arrays import ArrayDumper


def run_bulk(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement in the current transaction, past Django's cursor, and give the rows it brings, if any.

    Values and results travel in binary, which takes a third of the time of text. Write `%b` for a value, and
    `unnest(%b::bigint[], ...)` for rows. `json` has to be read as text.
    """
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": ""})
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(list, ArrayDumper)
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall() if cursor.description else []


def columns_of(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows of `width` values as the columns that `unnest` takes."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


@contextmanager
def walking_indexes() -> Iterator[None]:
    """Join what follows by a walk down an index for each row.

    The planner reads a whole table of millions rather than look up some thousands of its rows, which is right
    for a disk and not for memory. Must run in a transaction.
    """
    with _without("hashjoin", "mergejoin"):
        yield


@contextmanager
def joining_sets() -> Iterator[None]:
    """Join what follows as whole sets, but for what is lateral.

    A table of which the planner holds that it is empty, as a vacuum says that comes while its first rows are being
    written, is else joined row by row: hours for what takes a second. Must run in a transaction.
    """
    with _without("nestloop"):
        yield


@contextmanager
def _without(*ways: str) -> Iterator[None]:
    """Blocks do not nest: the planner may join in any way after one."""
    switch = "SELECT set_config('enable_' || way, %b, true) FROM unnest(%b::text[]) AS way"
    run_bulk(switch, ("off", list(ways)))
    yield
    run_bulk(switch, ("on", list(ways)))
