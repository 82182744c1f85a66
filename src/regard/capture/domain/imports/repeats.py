from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Self

ADD = "INSERT OR IGNORE INTO seen VALUES (?, ?, 0)"
ADDED_BY = "SELECT added_by FROM seen WHERE digest = ?"
COUNT = "UPDATE seen SET before = before + 1 WHERE digest = ? RETURNING before"


class Repeats:
    """Counts exact repeats of a file's rows, in a temporary file, so that memory stays flat."""

    def __init__(self) -> None:
        self._call = 0
        self._counts = sqlite3.connect("", isolation_level=None)
        self._counts.execute("PRAGMA journal_mode = OFF")
        self._counts.execute("PRAGMA cache_size = -32000")  # 32 MB
        self._counts.execute(
            "CREATE TABLE seen (digest BLOB PRIMARY KEY, added_by INTEGER, before INTEGER) WITHOUT ROWID"
        )
        self._counts.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._counts.close()

    def number_all(self, digests: Sequence[bytes]) -> list[int]:
        """For each digest how many came before it, in earlier calls and within this one."""
        self._call += 1
        added = self._counts.executemany(ADD, [(digest, self._call) for digest in digests]).rowcount
        if added == len(digests):  # as nearly always
            return [0] * added
        met: set[bytes] = set()
        return [self._number(digest, met) for digest in digests]

    def _number(self, digest: bytes, met: set[bytes]) -> int:
        """met: those of the same call that came before."""
        if digest not in met:
            met.add(digest)
            if self._counts.execute(ADDED_BY, (digest,)).fetchone()[0] == self._call:
                return 0
        return int(self._counts.execute(COUNT, (digest,)).fetchone()[0])
