"""Rows that follow each other and belong together, such as the lines of an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regard.capture.domain.imports.mapping import Groups, check_columns
from regard.capture.domain.imports.values import is_absent


class RowGroups:
    """Gives the rows of a group the values that only its first row has."""

    def __init__(self, groups: Groups, *, header: Sequence[str], file: str) -> None:
        """Columns to fill that the file has not got are passed over.

        Raises ImportProblem when it has not got the one to group by.
        """
        if groups.by:
            check_columns("groups.by", [groups.by], header, file)
        self._by = header.index(groups.by) if groups.by else None
        self._fill = [header.index(column) for column in groups.fill if column in header]
        self._first: Sequence[Any] = ()

    def place(self, row: Sequence[Any]) -> tuple[Sequence[Any], bool]:
        """The row with what its group gives it, and whether it is the first of a group."""
        if self._by is None:
            return row, True
        if not self._first or not (is_absent(row[self._by]) or row[self._by] == self._first[self._by]):
            self._first = row
            return row, True
        filled = list(row)
        for place in (self._by, *self._fill):
            if is_absent(filled[place]):
                filled[place] = self._first[place]
        return filled, False
