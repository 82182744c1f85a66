"""Delimited text. A quotation mark that is never closed must not swallow the rows behind it."""

from __future__ import annotations

import csv
import re
import zlib
from bisect import bisect
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from django.utils.translation import gettext as _

from regard.capture.domain.imports.packed import LONGEST_LINE, PackedFile, find_encoding, text_lines
from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.table import Row, check_header, unreadable

DELIMITERS = ",;\t|"
MOST_LINES = 500  # of one row: longer than any text that people write, and short enough to read twice
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeError)


class DelimitedTable:
    """Text with a line of column names; values are texts."""

    format = "csv"

    def __init__(self, path: Path, *, encoding: str | None, delimiter: str | None) -> None:
        """What is not told is found out. Raises ImportProblem when it cannot be read."""
        self.path = path
        self._file: PackedFile | None = None
        try:
            self.encoding, self.fell_back = find_encoding(path, encoding)
            with PackedFile(path) as file, file.text(self.encoding) as text:
                self.delimiter = delimiter or _find_delimiter(path, text.readline(LONGEST_LINE))
                text.seek(0)
                names = next(csv.reader(text_lines(path, text), delimiter=self.delimiter), [])
        except (*UNREADABLE, LookupError, csv.Error) as error:
            raise unreadable(path, error) from error
        self.header = tuple(name.strip() for name in names)
        check_header(path, self.header)

    def share(self) -> float:
        return self._file.share() if self._file else 0.0

    def rows(self) -> Iterator[Row]:
        with PackedFile(self.path) as self._file, self._file.text(self.encoding) as text:
            lines = _Lines(text_lines(self.path, text))
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            try:
                next(csv.reader(lines, delimiter=self.delimiter))
                while (row := self._next_row(lines, reader)) is not None:
                    if row[1]:
                        yield row
            except UNREADABLE as error:
                raise unreadable(self.path, error) from error

    def _next_row(self, lines: _Lines, reader: Iterator[list[str]]) -> Row | None:
        lines.begin_row()
        line = lines.number + 1
        try:
            values = next(reader)
        except StopIteration:
            return None
        except (csv.Error, _TooManyLinesError) as error:
            return self._mended(lines, line, str(error))
        if len(values) == len(self.header) or not values:
            return line, values, None
        if len(lines.taken) > 1 and self._swallowed_rows(lines.taken[1:]):
            return self._unclosed(lines, line)
        reason = _("It has %(found)d values where the header has %(wanted)d columns.")
        told = {"found": len(values), "wanted": len(self.header)}
        return line, values, RowProblem("row", reason % told)

    def _mended(self, lines: _Lines, line: int, error: str) -> Row:
        """A row with quotation marks where none should be: as it reads, when it is on one line."""
        if len(lines.taken) > 1 or error == _Lines.END:
            return self._unclosed(lines, line)
        try:
            [values] = csv.reader(lines.taken, delimiter=self.delimiter)
        except csv.Error:
            reason = _("A value in it has more than %(most)d characters; shorten it.")
            told = {"most": csv.field_size_limit()}
            return line, self._split(lines.taken[0][:1000]), RowProblem("row", reason % told)
        if len(values) == len(self.header):
            return line, values, None
        return line, values, RowProblem("row", _("A quotation mark stands within a value; write it twice."))

    def _unclosed(self, lines: _Lines, line: int) -> Row:
        """The row up to the line in which the quotation mark opens; the lines that it swallowed are read again."""
        opened = _opening_line(lines.taken, self.delimiter)
        values = self._split("".join(lines.taken[: opened + 1]))
        lines.give_back(opened + 1)
        reason = _("A quotation mark that opens in line %(line)d is not closed; close it or take it away.")
        return line + opened, values, RowProblem("row", reason % {"line": line + opened})

    def _split(self, line: str) -> list[str]:
        return line.rstrip("\r\n").split(self.delimiter)

    def _swallowed_rows(self, lines: list[str]) -> bool:
        width = len(self.header)
        return any(len(values) == width for values in csv.reader(lines, delimiter=self.delimiter))


class _TooManyLinesError(Exception):
    pass


class _Lines:
    """The lines of a file, counted; those of the latest row can be given back."""

    END = "unexpected end of data"  # csv's words for a quotation mark that is open at the end

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def begin_row(self) -> None:
        self.taken = []

    def give_back(self, kept: int) -> None:
        """kept: how many of the row's lines are not read again."""
        self._again.extendleft(reversed(self.taken[kept:]))
        self.number -= len(self.taken) - kept

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MOST_LINES:
            raise _TooManyLinesError
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        self.number += 1
        return line


def _opening_line(lines: Sequence[str], delimiter: str) -> int:
    """Which of the lines holds the quotation mark that opens and is not closed; 0 where all are closed."""
    text = "".join(lines)
    end = rf"[{re.escape(delimiter)}\r\n]"
    value = re.compile(rf'"(?:[^"]|"")*+"(?={end}|$)|(?!"|{end})(?:(?!{end}).)+|{end}')
    place = 0
    while found := value.match(text, place):
        place = found.end()
    ends = list(accumulate(map(len, lines)))
    return bisect(ends, place) if place < len(text) else 0


def _find_delimiter(path: Path, first_line: str) -> str:
    if path.name.removesuffix(".gz").endswith(".tsv") and "\t" in first_line:
        return "\t"
    return max(DELIMITERS, key=first_line.count)
