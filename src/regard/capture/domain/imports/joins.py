"""Second files whose columns belong to the rows of the imported one. They are held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from django.utils.translation import gettext as _

from regard.capture.domain.imports.mapping import Join
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.table import Table, open_table
from regard.capture.domain.imports.values import read_decimal


@dataclass(frozen=True)
class JoinedTable:
    """Values of `columns` by key. `on`: position of the key in the imported file's rows."""

    on: int
    columns: tuple[str, ...]
    values: Mapping[str, Sequence[str]]
    absent: Sequence[str]

    def values_for(self, row: Sequence[str]) -> Sequence[str]:
        return self.values.get(row[self.on].strip(), self.absent)


def load_join(
    name: str, join: Join, *, main: Table, columns: Sequence[str], decimal_comma: bool
) -> JoinedTable:
    """Read the file of a join; columns: those of it that the mapping uses. Raises ImportProblem."""
    if join.on not in main.header:
        raise _no_column(f"join.{name}.on", join.on, main)
    table = open_table(main.path.parent / _plain_name(name, join.file))
    for field, column in (("key", join.key), *(("sum", column) for column in join.sum)):
        if column not in table.header:
            raise _no_column(f"join.{name}.{field}", column, table)
    for column in columns:
        if column not in table.header:
            raise _no_column(f"{name}.{column}", column, table)
    return JoinedTable(
        on=main.header.index(join.on),
        columns=tuple(columns),
        values=_read(join, table, columns, decimal_comma),
        absent=[""] * len(columns),
    )


def _plain_name(name: str, file: str) -> str:
    """A mapping may come from anybody who can upload: it must not name files elsewhere on this machine."""
    if file != PurePath(file).name or "\0" in file:
        reason = _("Give the name of a file beside the imported one, without folders.")
        raise ImportProblem(f"mapping join.{name}.file", reason)
    return file


def _read(join: Join, table: Table, columns: Sequence[str], decimal_comma: bool) -> dict[str, list[str]]:
    places = [(table.header.index(column), column in join.sum) for column in columns]
    key_at = table.header.index(join.key)
    held: dict[str, list[str]] = {}
    for line, row, problem in table.rows():
        if problem is not None:
            raise ImportProblem(table.path.name, _at_line(line, problem.reason))
        key = row[key_at].strip()
        try:
            new = [_number(row[at], decimal_comma) if summed else row[at] for at, summed in places]
            held[key] = _together(held[key], new, places, join.key) if key in held else new
        except RowProblem as wrong:
            raise ImportProblem(table.path.name, _at_line(line, wrong.reason)) from wrong
    if decimal_comma:  # sums are read again with the other amounts, so they are written like them
        for values in held.values():
            for place, (_at, summed) in enumerate(places):
                values[place] = values[place].replace(".", ",") if summed else values[place]
    return held


def _together(held: list[str], new: list[str], places: Sequence[tuple[int, bool]], key: str) -> list[str]:
    """Two rows of the same key: summed columns are added up, others must say the same."""
    if any(a != b for a, b, (_at, summed) in zip(held, new, places, strict=True) if not summed):
        reason = _("Another row has the same %(key)s and differs; name the columns to add up in `sum`.")
        raise RowProblem(key, reason % {"key": key})
    return [
        str(Decimal(a or 0) + Decimal(b or 0)) if summed and (a or b) else a
        for a, b, (_at, summed) in zip(held, new, places, strict=True)
    ]


def _number(text: str, decimal_comma: bool) -> str:
    """A number in plain notation, whatever the file's; "" stays what it is."""
    return str(read_decimal(text, decimal_comma=decimal_comma)) if text.strip() else ""


def _at_line(line: int, reason: str) -> str:
    return _("Line %(line)d: %(reason)s") % {"line": line, "reason": reason}


def _no_column(field: str, column: str, table: Table) -> ImportProblem:
    reason = _("%(name)s has no column %(column)s; it has: %(columns)s.")
    told = {"name": table.path.name, "column": column, "columns": ", ".join(table.header)}
    return ImportProblem(f"mapping {field}", reason % told)
