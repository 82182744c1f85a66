"""What every format of file is read as: rows of values, one at a time, from files of any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem, RowProblem

# The line that a row begins on, its values in the order of the header, and what is wrong with its shape.
Row = tuple[int, Sequence[Any], RowProblem | None]


class Table(Protocol):
    """A file that can be read.

    format: csv, jsonl or parquet. encoding: of text, as found or told; `fell_back` says that it is only a
    fallback. delimiter: of delimited text, else a comma, for files that are written after its pattern.
    """

    path: Path
    format: str
    encoding: str
    fell_back: bool
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """The rows from the first on. Raises ImportProblem where the file cannot be read any further."""

    def share(self) -> float:
        """How much of the file the latest `rows` have read, from 0 to 1."""


def check_header(path: Path, header: Sequence[str]) -> None:
    """Raises ImportProblem for a header without names, or with a name twice."""
    if not any(header):
        reason = _("%(name)s has no first line with column names; add one.")
        raise ImportProblem("file", reason % {"name": path.name})
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        reason = _("%(name)s has the column %(column)s twice; give each column a name of its own.")
        raise ImportProblem("file", reason % {"name": path.name, "column": twice[0]})


def unreadable(path: Path, error: Exception) -> ImportProblem:
    reason = _("%(name)s cannot be read: %(error)s. Export it again as CSV in UTF-8.")
    return ImportProblem("file", reason % {"name": path.name, "error": error})
