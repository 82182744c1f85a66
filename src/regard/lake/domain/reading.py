"""Reading the lake: its tables as ibis expressions, which an engine computes; see domain/engines.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from regard.core.models import Store
from regard.lake.domain.engines import Engine, engine_beside
from regard.lake.domain.files import folder_of, read_list
from regard.lake.domain.tables import ID, TABLES, ColumnType

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

IN_IBIS: dict[ColumnType, str] = {
    "whole": "int64",
    "number": "float64",
    "text": "string",
    "truth": "boolean",
    "day": "date",
    "moment": "timestamp('UTC', 6)",
}


class Lake:
    """The tables of a store's lake as one refresh left them.

    at: up to when they are complete; None where the lake was never filled, and all of them are empty.
    """

    def __init__(self, engine: Engine, paths: Mapping[str, Sequence[str]], at: datetime | None) -> None:
        self._engine, self._paths, self.at = engine, paths, at
        self._tables: dict[str, ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """A table of domain/tables.py; its facts have `customer_id` beside `identity_id`."""
        if name not in self._tables:
            self._tables[name] = self._with_customers(self._read(name))
        return self._tables[name]

    def rows_of(self, expression: ir.Table) -> list[dict[str, Any]]:
        """What the expression gives, as plain values."""
        rows: list[dict[str, Any]] = self._engine.backend.to_pyarrow(expression).to_pylist()
        return rows

    def columns_of(self, expression: ir.Table) -> dict[str, NDArray[Any]]:
        """The same as columns by name, which costs no object a value; numbers that are null are NaN, days NaT."""
        found = self._engine.backend.to_pyarrow(expression)
        return {name: found[name].to_numpy() for name in found.column_names}

    def batches_of(self, expression: ir.Table, size: int) -> Iterator[list[dict[str, Any]]]:
        """The same, so many rows at a time; what is not taken yet stands in columns."""
        for batch in self._engine.backend.to_pyarrow(expression).to_batches(max_chunksize=size):
            yield batch.to_pylist()

    def _read(self, name: str) -> ir.Table:
        if self._paths.get(name):
            return self._engine.read(name, self._paths[name])
        import ibis  # noqa: PLC0415 - half a second that only those who read the lake need

        return ibis.memtable([], schema=_schema(name))

    def _with_customers(self, table: ir.Table) -> ir.Table:
        if "identity_id" not in table.columns:
            return table
        people = self.table("identities")
        people = people.select(identity_id=people.id, customer_id=people.customer_id)
        return table.left_join(people, "identity_id").drop("identity_id_right")


@contextmanager
def open_lake(store: Store) -> Iterator[Lake]:
    """The store's lake as it is now, for as long as the context lasts."""
    folder = folder_of(store)
    listed = read_list(folder)
    paths = {name: listed.paths(folder, name) for name in TABLES} if listed else {}
    with engine_beside(folder) as engine:
        yield Lake(engine, paths, listed.made_at if listed else None)


def _schema(name: str) -> dict[str, str]:
    return {column.name: IN_IBIS[column.type] for column in (ID, *TABLES[name].columns)}
