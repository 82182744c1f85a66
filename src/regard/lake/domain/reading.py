"""Reading the lake: its tables as ibis expressions, which an engine computes; DuckDB over the files by default."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.lake.domain.files import folder_of, read_list
from regard.lake.domain.tables import ID, TABLES, ColumnType

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

IN_IBIS: dict[ColumnType, str] = {
    "whole": "int64",
    "number": "float64",
    "text": "string",
    "truth": "boolean",
    "day": "date",
    "moment": "timestamp('UTC', 6)",
}
LOCAL = {
    "autoinstall_known_extensions": False,  # nothing is fetched from outside
    "autoload_known_extensions": False,
}


class Lake:
    """The tables of a store's lake as one refresh left them. at: up to when they are complete."""

    def __init__(self, connection: Backend, tables: dict[str, ir.Table], at: datetime) -> None:
        self._connection, self._tables, self.at = connection, tables, at

    def table(self, name: str) -> ir.Table:
        """A table of domain/tables.py; its facts have `customer_id` beside `identity_id`."""
        return self._tables[name]

    def rows_of(self, expression: ir.Table) -> list[dict[str, object]]:
        """What the expression gives, as plain values."""
        rows: list[dict[str, object]] = self._connection.to_pyarrow(expression).to_pylist()
        return rows


def open_lake(store: Store) -> Lake:
    """The store's lake. Raises ValidationError where it was never filled."""
    import ibis  # noqa: PLC0415 - half a second that only those who read the lake need

    folder = folder_of(store)
    listed = read_list(folder)
    if listed is None:
        raise ValidationError(
            _(
                "The store's figures are not gathered yet. They are within a minute while Regard runs, and at once"
                " with: regard lake refresh"
            )
        )
    connection = ibis.duckdb.connect(**LOCAL)
    tables = {}
    for name in TABLES:
        paths = listed.paths(folder, name)
        tables[name] = (
            connection.read_parquet(paths, table_name=name)
            if paths
            else connection.create_table(name, schema=_schema(name))
        )
    return Lake(connection, _with_customers(tables), listed.made_at)


def _with_customers(tables: dict[str, ir.Table]) -> dict[str, ir.Table]:
    people = tables["identities"]
    people = people.select(identity_id=people.id, customer_id=people.customer_id)
    return {
        name: table.left_join(people, "identity_id").drop("identity_id_right")
        if "identity_id" in table.columns
        else table
        for name, table in tables.items()
    }


def _schema(name: str) -> dict[str, str]:
    return {column.name: IN_IBIS[column.type] for column in (ID, *TABLES[name].columns)}
