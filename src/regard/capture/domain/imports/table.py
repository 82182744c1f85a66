"""Reading delimited files: rows of text, one at a time, from files of any size, plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem, RowProblem

GZIP = b"\x1f\x8b"
DELIMITERS = ",;\t|"
BLOCK = 1 << 20
LONGEST_LINE = 1 << 20  # characters; a packed file of a few MB can hold a line that fills all memory


@dataclass(frozen=True)
class Table:
    """A file that can be read. encoding: as found or told; `fell_back` says that it is only a fallback."""

    path: Path
    encoding: str
    fell_back: bool
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str], RowProblem | None]]:
        """For each row: the line it begins on, its values, and what is wrong with its shape."""
        with _open_text(self.path, self.encoding) as text:
            reader = csv.reader(_lines(self.path, text), delimiter=self.delimiter)
            next(reader)
            while True:
                line = reader.line_num + 1
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield line, [], RowProblem("row", str(error))
                    continue
                except (OSError, EOFError, zlib.error, UnicodeError) as error:
                    raise _unreadable(self.path, error) from error
                if "\0" in "".join(values):  # which PostgreSQL's text cannot hold
                    values = [value.replace("\0", "\ufffd") for value in values]
                if values:
                    yield line, values, self._problem(values)

    def _problem(self, values: list[str]) -> RowProblem | None:
        if len(values) == len(self.header):
            return None
        reason = _("It has %(found)d values where the header has %(wanted)d columns.")
        return RowProblem("row", reason % {"found": len(values), "wanted": len(self.header)})


def open_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """The table in a file; what is not told is found out. Raises ImportProblem when it cannot be read."""
    if not path.is_file():
        raise ImportProblem(
            "file", _("There is no file %(path)s; check the path and its spelling.") % {"path": path}
        )
    try:
        found, fell_back = (encoding, False) if encoding else _find_encoding(path)
        with _open_text(path, found) as text:
            used = delimiter or max(DELIMITERS, key=text.readline(LONGEST_LINE).count)
            text.seek(0)
            header = tuple(name.strip() for name in next(csv.reader(_lines(path, text), delimiter=used), []))
    except (OSError, EOFError, zlib.error, UnicodeError, LookupError, csv.Error) as error:
        raise _unreadable(path, error) from error
    _check_header(path, header)
    return Table(path, found, fell_back, used, header)


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    if not any(header):
        reason = _("%(name)s has no first line with column names; add one.")
        raise ImportProblem("file", reason % {"name": path.name})
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        reason = _("%(name)s has the column %(column)s twice; give each column a name of its own.")
        raise ImportProblem("file", reason % {"name": path.name, "column": twice[0]})


def _unreadable(path: Path, error: Exception) -> ImportProblem:
    reason = _("%(name)s cannot be read: %(error)s. Export it again as CSV in UTF-8.")
    return ImportProblem("file", reason % {"name": path.name, "error": error})


def _open_bytes(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP
    if is_gzip:
        return cast("IO[bytes]", gzip.GzipFile(path))
    return path.open("rb")


def _open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_open_bytes(path), encoding, newline="")


def _lines(path: Path, text: io.TextIOWrapper) -> Iterator[str]:
    for line in iter(partial(text.readline, LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            reason = _("%(name)s has a line of more than %(most)d characters, so it is hardly a table.")
            raise ImportProblem("file", reason % {"name": path.name, "most": LONGEST_LINE})
        yield line


def _find_encoding(path: Path) -> tuple[str, bool]:
    """UTF-8 or, by its mark, UTF-16; else Latin-1, which reads anything, as a fallback that must be told."""
    with _open_bytes(path) as file:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        block = file.read(BLOCK)
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", False
        try:
            while block:
                decoder.decode(block)
                block = file.read(BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1", True
    return "utf-8-sig", False
