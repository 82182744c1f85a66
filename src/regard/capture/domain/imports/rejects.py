from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, TextIO

from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.table import Table

WHY = ("rejected_line", "rejected_field", "rejected_reason")


class Rejects:
    """The rows that could not be used, with the reason, in a file that can be mended and imported again.

    The file is made with the first of them, has the columns and the delimiter of the original, and is UTF-8.
    """

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self._delimiter = table.delimiter
        # A mended file that is imported again does not collect reasons.
        self._kept = [place for place, name in enumerate(table.header) if name not in WHY]
        self._width = len(table.header)
        self._header = [table.header[place] for place in self._kept]
        self._file: TextIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> bool:
        return self._writer is not None

    def add(self, line: int, values: Sequence[str], problem: RowProblem) -> None:
        if self._writer is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file, delimiter=self._delimiter)
            self._writer.writerow([*WHY, *self._header])
        original = [values[place] for place in self._kept if place < len(values)]
        self._writer.writerow([line, problem.field, problem.reason, *original, *values[self._width :]])

    def flush(self) -> None:
        """Write what is held back, so that the file is complete whenever the run says how many there are."""
        if self._file is not None:
            self._file.flush()
