from __future__ import annotations

import sqlite3
from typing import Self

# One statement for the usual case; the number of rows before is that of the row itself less one.
COUNT = "INSERT INTO seen VALUES (?, 0) ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"


class Repeats:
    """Counts exact repeats of a file's rows, in a temporary file, so that memory stays flat."""

    def __init__(self) -> None:
        self._counts = sqlite3.connect("", isolation_level=None)
        self._counts.execute("PRAGMA journal_mode = OFF")
        self._counts.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        self._counts.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._counts.close()

    def number(self, digest: bytes) -> int:
        """How many rows with this digest came before."""
        return int(self._counts.execute(COUNT, (digest,)).fetchone()[0])
