"""Rows of PostgreSQL as Parquet, by ADBC: columns of Arrow from the server's binary format, no Python a row."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from regard.core.models import Store
from regard.core.registry import LakeSource, lake_sources
from regard.lake.domain.files import KeptFile
from regard.lake.domain.tables import TABLES, ColumnType, LakeTable
from regard.lake.domain.watching import BUCKET_BITS

IN_POSTGRES: dict[ColumnType, str] = {
    "whole": "bigint",
    "number": "float8",
    "text": "text",
    "truth": "boolean",
    "day": "date",
    "moment": "timestamptz",
}
SELECT = """
    SELECT fact.id, {columns} FROM {table} AS fact
    WHERE fact.store_id = {store} AND fact.id >= {first} AND fact.id < {after} AND ({counts}) ORDER BY fact.id
"""
BUCKETS = "SELECT DISTINCT id >> {bits} FROM {table} WHERE store_id = {store}"


class Extract:
    """Reads a store's rows as one snapshot of PostgreSQL holds them."""

    def __init__(self, store: Store, cursor: Any, connection: psycopg.Connection) -> None:
        self._store, self._cursor, self._connection = store, cursor, connection

    def buckets(self, source: LakeSource) -> list[int]:
        """All that the store has rows in."""
        statement = sql.SQL(BUCKETS).format(
            bits=sql.Literal(BUCKET_BITS),
            table=sql.Identifier(source.table),
            store=sql.Literal(self._store.pk),
        )
        return sorted(bucket for (bucket,) in self._connection.execute(statement))

    def write_bucket(self, source: LakeSource, bucket: int, folder: Path, version: str) -> KeptFile | None:
        """A new file with the rows of the bucket, on disk when this returns; None where there are none."""
        import pyarrow.parquet  # noqa: PLC0415 - half a second that only refreshes need

        self._cursor.execute(_statement(self._store, source, bucket).as_string(self._connection))
        rows = self._cursor.fetch_arrow_table().replace_schema_metadata()
        if not rows.num_rows:
            return None
        kept = KeptFile(f"{source.name}-{bucket}-{version}.parquet", rows.num_rows)
        with (folder / kept.name).open("wb") as file:
            pyarrow.parquet.write_table(rows, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        return kept


@contextmanager
def extracting(store: Store, connection: psycopg.Connection, dsn: str) -> Iterator[Extract]:
    """connection: in a transaction of REPEATABLE READ, whose snapshot is read."""
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - slow to import, and only refreshes need it

    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    snapshot = row[0] if row else ""
    with dbapi.connect(dsn) as reading, reading.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(
            sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)).as_string(connection)
        )
        yield Extract(store, cursor, connection)


def unmet(source: LakeSource, table: LakeTable) -> set[str]:
    """The columns that a source has and its table lacks, or the other way round."""
    return source.columns.keys() ^ {column.name for column in table.columns}


def definitions_of(store: Store) -> dict[str, str]:
    """Of each source a digest that changes when what its rows are made of does, the store's zone and currency
    included. Asks the database nothing."""
    statements = {source.name: _statement(store, source, 0).as_string() for source in lake_sources}
    return {
        name: hashlib.blake2b(statement.encode(), digest_size=12).hexdigest()
        for name, statement in statements.items()
    }


def _statement(store: Store, source: LakeSource, bucket: int) -> sql.Composed:
    """ADBC reads by COPY, which takes no parameters: values are written into the statement as literals."""
    return sql.SQL(SELECT).format(
        columns=sql.SQL(", ").join(_columns(store, source)),
        table=sql.Identifier(source.table),
        store=sql.Literal(store.pk),
        first=sql.Literal(bucket << BUCKET_BITS),
        after=sql.Literal((bucket + 1) << BUCKET_BITS),
        counts=_with_values(store, source, source.counts),
    )


def _columns(store: Store, source: LakeSource) -> Iterator[sql.Composed]:
    for column in TABLES[source.name].columns:
        expression = _with_values(store, source, source.columns[column.name])
        typed = sql.SQL("({})::{} AS {}")
        yield typed.format(expression, sql.SQL(IN_POSTGRES[column.type]), sql.Identifier(column.name))


def _with_values(store: Store, source: LakeSource, expression: str) -> sql.SQL:
    values = {"zone": store.time_zone, "currency": store.currency, **source.values}
    literals = {name: sql.Literal(value).as_string() for name, value in values.items()}
    return sql.SQL(expression % literals)
