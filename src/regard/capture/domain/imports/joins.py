"""Second files whose columns belong to the rows of the imported one. They are held in memory."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.imports.mapping import Join, Mapping, check_columns
from regard.capture.domain.imports.opening import open_table
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.table import Table
from regard.capture.domain.imports.values import is_absent, read_decimal, read_text


@dataclass(frozen=True)
class JoinedTable:
    """Values of `columns` by key. `on`: position of the key in the imported file's rows."""

    on: int
    columns: tuple[str, ...]
    values: Lookup[str, Sequence[Any]]
    absent: Sequence[Any]

    def values_for(self, row: Sequence[Any]) -> Sequence[Any]:
        return self.values.get(_key(row[self.on]), self.absent)


def load_joins(mapping: Mapping, main: Table) -> dict[str, JoinedTable]:
    """The joined files by name, with the columns that the mapping uses of them. Raises ImportProblem."""
    named = [column for section in mapping.imports for column in section.used_columns()]
    joined = {}
    for name, join in mapping.join.items():
        prefix = f"{name}."
        used = [column.removeprefix(prefix) for column in dict.fromkeys(named) if column.startswith(prefix)]
        joined[name] = _load(name, join, main, used, bool(mapping.formats.decimal_comma))
    return joined


def joined_files(mapping: Mapping, main: Path) -> list[Path]:
    """Where the joined files are. Raises ImportProblem for names that lead elsewhere."""
    return [main.parent / _plain_name(name, join.file) for name, join in mapping.join.items()]


def _load(name: str, join: Join, main: Table, columns: Sequence[str], decimal_comma: bool) -> JoinedTable:
    check_columns(f"join.{name}.on", [join.on], main.header, main.path.name)
    table = open_table(main.path.parent / _plain_name(name, join.file))
    for field, used in (("key", [join.key]), ("sum", join.sum), ("columns", columns)):
        check_columns(f"join.{name}.{field}", used, table.header, table.path.name)
    return JoinedTable(
        on=main.header.index(join.on),
        columns=tuple(columns),
        values=_read(join, table, columns, decimal_comma),
        absent=[None] * len(columns),
    )


def _plain_name(name: str, file: str) -> str:
    """A mapping may come from anybody who can upload: it must not name files elsewhere on this machine."""
    if file != PurePath(file).name or "\0" in file:
        reason = _("Give the name of a file beside the imported one, without folders.")
        raise ImportProblem(f"mapping join.{name}.file", reason)
    return file


def _read(join: Join, table: Table, columns: Sequence[str], decimal_comma: bool) -> dict[str, list[Any]]:
    places = [(table.header.index(column), column in join.sum) for column in columns]
    key_at = table.header.index(join.key)
    held: dict[str, list[Any]] = {}
    for line, row, problem in table.rows():
        if problem is not None:
            raise ImportProblem(table.path.name, _at_line(line, problem.reason))
        key = _key(row[key_at])
        try:
            new = [_number(row[at], decimal_comma) if summed else row[at] for at, summed in places]
            held[key] = _together(held[key], new, places, join.key) if key in held else new
        except RowProblem as wrong:
            raise ImportProblem(table.path.name, _at_line(line, wrong.reason)) from wrong
    return held


def _together(held: list[Any], new: list[Any], places: Sequence[tuple[int, bool]], key: str) -> list[Any]:
    """Two rows of the same key: summed columns are added up, others must say the same."""
    if any(a != b for a, b, (_at, summed) in zip(held, new, places, strict=True) if not summed):
        reason = _("Another row has the same %(key)s and differs; name the columns to add up in `sum`.")
        raise RowProblem(key, reason % {"key": key})
    return [
        (a or 0) + (b or 0) if summed and not (a is None and b is None) else a
        for a, b, (_at, summed) in zip(held, new, places, strict=True)
    ]


def _key(value: Any) -> str:
    return "" if value is None else read_text(value).strip()


def _number(value: Any, decimal_comma: bool) -> Decimal | None:
    blank = is_absent(value.strip() if isinstance(value, str) else value)
    return None if blank else read_decimal(value, decimal_comma=decimal_comma)


def _at_line(line: int, reason: str) -> str:
    return _("Line %(line)d: %(reason)s") % {"line": line, "reason": reason}
