"""Lakes whose rows a test writes itself, in the form that a refresh leaves them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regard.core.models import Store
from regard.lake.domain.files import FileList, KeptFile, folder_of, swap_list
from regard.lake.domain.tables import ID, TABLES

IN_ARROW = {
    "whole": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "truth": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}
EMPTY = {"text": "", "truth": False}


def write_lake(
    store: Store,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    at: datetime = datetime(2026, 4, 1, tzinfo=UTC),
) -> None:
    """Columns that a row does not name are empty."""
    folder = folder_of(store)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, rows in tables.items():
        columns = (ID, *TABLES[name].columns)
        unknown = {key for row in rows for key in row} - {column.name for column in columns}
        assert not unknown, f"{name} has no {unknown}"
        full = [
            {column.name: row.get(column.name, EMPTY.get(column.type)) for column in columns}
            | {"id": row.get("id", number)}
            for number, row in enumerate(rows, 1)
        ]
        schema = pa.schema([(column.name, IN_ARROW[column.type]) for column in columns])
        pq.write_table(pa.Table.from_pylist(full, schema=schema), folder / f"{name}-0-v.parquet")
        files[name] = {0: KeptFile(f"{name}-0-v.parquet", len(rows))}
    swap_list(folder, FileList(version="v", previous="", made_at=at, files=files))
