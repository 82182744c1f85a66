"""Rows that are told of part by part, each part by the telling with the highest rank, whatever their order.

A row keeps in `told` the rank of the telling that each part was taken from. Ranks of one part are lists of
whole numbers of the same shape, such as the time of a description and the id of its event. Reading and saving take
one statement each for any number of rows; the lease of the log's reader keeps others from changing them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from regard.core.models import Store

Rank = list[int]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
UNTOLD: Rank = []  # below every rank


def rank_of(moment: datetime, event_id: int) -> Rank:
    """The later counts; of the same time, the event that was received later."""
    return [(moment - EPOCH) // MICROSECOND, event_id]


def earliest_first(rank: Rank) -> Rank:
    """The rank under which the earliest of several tellings counts."""
    return [-number for number in rank]


def outranks(told: dict[str, Rank], part: str, rank: Rank) -> bool:
    """Whether no telling of higher rank spoke of the part; if so, that one of this rank did is noted in `told`."""
    if rank <= told.get(part, UNTOLD):
        return False
    told[part] = rank
    return True


class Row:
    """A row in memory. values: by column, without key and `told`. is_new: whether it is not stored yet."""

    __slots__ = ("changed", "is_new", "told", "values")

    def __init__(self, values: dict[str, Any], told: dict[str, Rank] | None = None) -> None:
        self.values = values
        self.told: dict[str, Rank] = {} if told is None else told
        self.changed = self.is_new = told is None

    def tell(self, part: str, rank: Rank, **values: Any) -> bool:
        """Take the values when no telling of higher rank spoke of the part; gives whether it did."""
        if not outranks(self.told, part, rank):
            return False
        self.values.update(values)
        self.changed = True
        return True

    def put(self, column: str, value: Any) -> None:
        """Set what is derived from all tellings alike."""
        if self.values[column] != value:
            self.values[column] = value
            self.changed = True


@dataclass(frozen=True)
class RowTable:
    """A table with the columns store_id, external_id, told and those in `columns` (name -> SQL type)."""

    name: str
    columns: Mapping[str, str]

    def load(self, store: Store, external_ids: Collection[str]) -> dict[str, Row]:
        """The rows by external id."""
        if not external_ids:
            return {}
        statement = (
            f"SELECT external_id, told::text, {', '.join(self.columns)} FROM {self.name}"
            " WHERE store_id = %s AND external_id = ANY(%s)"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [store.pk, list(external_ids)])
            return {
                key: Row(dict(zip(self.columns, values, strict=True)), msgspec.json.decode(told))
                for key, told, *values in cursor
            }

    def save(self, store: Store, rows: Mapping[str, Row]) -> list[str]:
        """Write those that changed; gives their external ids."""
        changed = sorted(key for key, row in rows.items() if row.changed)
        upsert_rows(
            self.name,
            {"external_id": "text", **self.columns, "told": "jsonb"},
            ({"external_id": key, **rows[key].values, "told": rows[key].told} for key in changed),
            store=store,
            key=("external_id",),
        )
        return changed


def upsert_rows(
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    store: Store,
    key: tuple[str, ...],
    only_if: str = "",
) -> None:
    """Insert rows, or put their values where the key is taken; one statement.

    columns: name -> SQL type. only_if: SQL that must hold for a taken key, over `held` and EXCLUDED. Rows travel
    as one JSON document, which is several times faster than as many parameters.
    """
    document = msgspec.json.encode(list(rows))
    if document == b"[]":
        return
    names = ", ".join(columns)
    shape = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
    update = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in key)
    statement = (
        f"INSERT INTO {table} AS held (store_id, {names})"
        f" SELECT %s, {names} FROM json_to_recordset(%s::json) AS told ({shape})"
        f" ON CONFLICT (store_id, {', '.join(key)}) DO UPDATE SET {update}"
        f"{f' WHERE {only_if}' if only_if else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (store.pk, document.decode()))
