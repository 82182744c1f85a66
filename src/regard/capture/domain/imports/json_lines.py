"""JSON Lines: one object a line. Objects in objects become columns with dotted names; arrays stay values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.imports.delimited import UNREADABLE
from regard.capture.domain.imports.packed import PackedFile, find_encoding, text_lines
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.table import Row, unreadable

MOST_COLUMNS = 2_000
DEEPEST = 20


class JsonLinesTable:
    """Values are what JSON has. The columns are all names that occur, in the order in which they first do."""

    format, delimiter = "jsonl", ","

    def __init__(self, path: Path, *, encoding: str | None) -> None:
        """Raises ImportProblem when it cannot be read."""
        self.path = path
        self._file: PackedFile | None = None
        try:
            self.encoding, self.fell_back = find_encoding(path, encoding)
            self.header = self._find_columns()
        except (*UNREADABLE, LookupError) as error:
            raise unreadable(path, error) from error

    def share(self) -> float:
        return self._file.share() if self._file else 0.0

    def rows(self) -> Iterator[Row]:
        absent = [None] * len(self.header)
        try:
            for number, line in self._lines():
                try:
                    found = _flat(line)
                except RowProblem as problem:
                    yield number, [*absent, line.strip()], problem
                else:
                    yield number, [found.get(name) for name in self.header], None
        except UNREADABLE as error:
            raise unreadable(self.path, error) from error

    def _lines(self) -> Iterator[tuple[int, str]]:
        with PackedFile(self.path) as self._file, self._file.text(self.encoding) as text:
            for number, line in enumerate(text_lines(self.path, text), start=1):
                if line.strip():
                    yield number, line

    def _find_columns(self) -> tuple[str, ...]:
        columns: dict[str, None] = {}
        for _number, line in self._lines():
            try:
                found = _flat(line)
            except RowProblem:
                continue
            if not found.keys() <= columns.keys():
                columns.update(dict.fromkeys(found))
            if len(columns) > MOST_COLUMNS:
                reason = _("%(name)s has more than %(most)d different names; give it fewer columns.")
                raise ImportProblem("file", reason % {"name": self.path.name, "most": MOST_COLUMNS})
        if not columns:
            reason = _("%(name)s has no line that is a JSON object.")
            raise ImportProblem("file", reason % {"name": self.path.name})
        return tuple(columns)


def _flat(line: str) -> dict[str, Any]:
    """The values of a line by dotted name. Raises RowProblem."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RowProblem("row", _("It is no JSON: %(error)s.") % {"error": error}) from error
    if not isinstance(found, dict):
        raise RowProblem("row", _("It is no JSON object; each line must be one, such as {“id”: 1}."))
    if not any(type(value) is dict for value in found.values()):
        return found
    flat: dict[str, Any] = {}
    _flatten(found, "", flat, DEEPEST)
    return flat


def _flatten(found: dict[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
    for name, value in found.items():
        if type(value) is dict and depth:
            _flatten(value, f"{prefix}{name}.", flat, depth - 1)
        else:
            flat[prefix + name] = value
