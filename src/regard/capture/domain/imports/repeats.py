from __future__ import annotations

import sqlite3
from typing import Self


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
        if self._counts.execute("INSERT OR IGNORE INTO seen VALUES (?, 1)", (digest,)).rowcount == 1:
            return 0
        found = self._counts.execute("SELECT times FROM seen WHERE digest = ?", (digest,)).fetchone()
        self._counts.execute("UPDATE seen SET times = times + 1 WHERE digest = ?", (digest,))
        return int(found[0])
