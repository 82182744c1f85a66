"""Parquet files. Values keep their types; a struct's fields become columns with dotted names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.table import Row, check_header

MAGIC = b"PAR1"
ROWS = 2_000  # at a time


class ParquetTable:
    """Rows are numbered from 1, where text files have their lines."""

    format, delimiter, encoding, fell_back = "parquet", ",", "", False

    def __init__(self, path: Path) -> None:
        """Raises ImportProblem when it cannot be read."""
        self.path = path
        self._read = 0
        try:
            with pq.ParquetFile(path) as file:
                self._count: int = file.metadata.num_rows
                empty = _plain(file.schema_arrow.empty_table())
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from error
        self.header = tuple(name.strip() for name in empty.column_names)
        check_header(path, self.header)

    def share(self) -> float:
        return self._read / max(1, self._count)

    def rows(self) -> Iterator[Row]:
        self._read = 0
        try:
            with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=1 << 20) as file:
                for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
                    table = _plain(pa.Table.from_batches([batch]))
                    columns = [_without_nan(column.to_pylist(), column.type) for column in table.columns]
                    for values in zip(*columns, strict=True):
                        self._read += 1
                        yield self._read, values, None
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self.path, error) from error


def _plain(table: Any) -> Any:
    """Structs flattened, and times in microseconds, as Python has them."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            cast = table.column(place).cast(pa.timestamp("us", field.type.tz), safe=False)
            table = table.set_column(place, field.name, cast)
    return table


def _without_nan(values: list[Any], kind: Any) -> list[Any]:
    """With None for a NaN, as which some tools write what is absent."""
    return [None if value != value else value for value in values] if pa.types.is_floating(kind) else values  # noqa: PLR0124


def _damaged(path: Path, error: Exception) -> ImportProblem:
    reason = _("%(name)s is no Parquet file that can be read: %(error)s.")
    return ImportProblem("file", reason % {"name": path.name, "error": error})
