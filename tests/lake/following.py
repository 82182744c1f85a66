"""Comparing a store's lake with what PostgreSQL holds."""

from __future__ import annotations

from typing import Any

from django.db import connection

from regard.core.models import Store
from regard.core.registry import lake_sources
from regard.lake.domain.reading import open_lake

Rows = list[dict[str, Any]]


def lake_rows(store: Store, table: str) -> Rows:
    """The rows of a table, without the customer that reading adds."""
    with open_lake(store) as lake:
        expression = lake.table(table).order_by("id")
        if "identity_id" in expression.columns:
            expression = expression.drop("customer_id")
        return lake.rows_of(expression)


def rows_of_database(store: Store, table: str) -> Rows:
    """The same by plain SQL, of what the database holds now."""
    source = lake_sources.get(table)
    columns = ", ".join(f"{expression} AS {name}" for name, expression in source.columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT fact.id, {columns} FROM {source.table} AS fact"
            f" WHERE fact.store_id = %(store)s AND ({source.counts}) ORDER BY fact.id",
            {"store": store.pk, "zone": store.time_zone, "currency": store.currency, **source.values},
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def assert_follows(store: Store) -> None:
    for source in lake_sources:
        assert lake_rows(store, source.name) == rows_of_database(store, source.name), source.name
