"""From a row of a file to the values of an import kind's fields, as a mapping says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regard.capture.domain.imports.joins import JoinedTable, load_join
from regard.capture.domain.imports.mapping import Formats, Mapping, check_complete
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.table import Table
from regard.capture.domain.imports.values import (
    read_address,
    read_currency,
    read_decimal,
    read_money,
    read_time,
    read_truth,
    read_whole,
)
from regard.core.models import Store
from regard.core.money import to_major
from regard.core.registry import ImportField, ImportKind

Read = Callable[[str, str], Any]  # a text and the row's currency -> a value


@dataclass(frozen=True)
class _Source:
    """Where a field's value comes from: positions in the row with its joined columns, or a constant."""

    field: ImportField
    places: tuple[int, ...]
    constant: str
    values: dict[str, str]  # what the file says -> what is meant
    read: Read

    def value(self, row: Sequence[str], currency: str) -> Any:
        """The value, None when it is absent. Raises RowProblem."""
        text = row[self.places[0]].strip() if len(self.places) == 1 else self._several(row)
        if self.values:
            text = self.values.get(text, text)
        if not text:
            if self.field.required:
                raise RowProblem(self.field.name, _("It is empty, and every row needs it."))
            return None
        try:
            value = self.read(text, currency)
        except RowProblem as problem:
            raise RowProblem(self.field.name, problem.reason) from problem
        if self.field.least is not None or self.field.most is not None:
            _check_bounds(self.field, value, currency)
        return value

    def _several(self, row: Sequence[str]) -> str:
        if not self.places:
            return self.constant
        parts = [row[place].strip() for place in self.places]
        return "/".join(parts) if any(parts) else ""


class RowReader:
    """Reads the rows of one table as rows of one kind."""

    def __init__(self, *, table: Table, kind: ImportKind, mapping: Mapping, store: Store) -> None:
        """Raises ImportProblem for a mapping that does not fit the table."""
        check_complete(mapping, kind, table.header)
        self._kind = kind
        self._currency = store.currency
        self._joins = _load_joins(table, mapping)
        positions = {column: place for place, column in enumerate(table.header)}
        place = len(table.header)
        for name, joined in self._joins.items():
            for column in joined.columns:
                positions.setdefault(f"{name}.{column}", place)
                place += 1
        # The currency comes first, because amounts are read in it.
        fields = sorted(kind.fields, key=lambda field: field.type != "currency")
        reads = _readers(mapping.formats, store)
        self._sources = [
            _source(field, mapping, positions, table, reads[field.type])
            for field in fields
            if field.name in mapping.columns or field.name in mapping.constants
        ]

    def read(self, values: Sequence[str]) -> dict[str, Any]:
        """The row's values by field, absent ones left out. Raises RowProblem."""
        row = list(values)
        for joined in self._joins.values():
            row.extend(joined.values_for(values))
        found: dict[str, Any] = {}
        currency = self._currency
        for source in self._sources:
            value = source.value(row, currency)
            if value is not None:
                found[source.field.name] = value
                if source.field.type == "currency":
                    currency = value
        if self._kind.one_of and not any(name in found for name in self._kind.one_of):
            raise RowProblem(
                ", ".join(self._kind.one_of), _("All are empty; a row needs at least one of them.")
            )
        return found


def _source(
    field: ImportField, mapping: Mapping, positions: dict[str, int], table: Table, read: Read
) -> _Source:
    columns = mapping.columns_of(field.name)
    for column in columns:
        if column not in positions:
            reason = _("%(name)s has no column %(column)s; it has: %(columns)s.")
            told = {"name": table.path.name, "column": column, "columns": ", ".join(positions)}
            raise ImportProblem(f"mapping columns.{field.name}", reason % told)
    return _Source(
        field=field,
        places=tuple(positions[column] for column in columns),
        constant=str(mapping.constants.get(field.name, "")),
        values=mapping.values.get(field.name, {}),
        read=read,
    )


def _load_joins(table: Table, mapping: Mapping) -> dict[str, JoinedTable]:
    named = [column for field in mapping.columns for column in mapping.columns_of(field)]
    used = {
        name: [column.removeprefix(f"{name}.") for column in named if column.startswith(f"{name}.")]
        for name in mapping.join
    }
    return {
        name: load_join(
            name, join, main=table, columns=used[name], decimal_comma=mapping.formats.decimal_comma
        )
        for name, join in mapping.join.items()
    }


def _readers(formats: Formats, store: Store) -> dict[str, Read]:
    zone = ZoneInfo(formats.time_zone or store.time_zone)
    comma = formats.decimal_comma
    return {
        "text": lambda text, _currency: text,
        "email": lambda text, _currency: read_address(text),
        "whole": lambda text, _currency: read_whole(text),
        "number": lambda text, _currency: float(read_decimal(text, decimal_comma=comma)),
        "truth": lambda text, _currency: read_truth(text),
        "money": lambda text, currency: read_money(text, currency, decimal_comma=comma),
        "time": lambda text, _currency: read_time(text, pattern=formats.time, zone=zone),
        "currency": lambda text, _currency: read_currency(text),
    }


def _check_bounds(field: ImportField, value: Any, currency: str) -> None:
    if field.type in {"text", "email"}:
        if field.most is not None and len(value) > field.most:
            reason = _("It has %(found)d characters; at most %(most)d are kept.")
            raise RowProblem(field.name, reason % {"found": len(value), "most": field.most})
        return
    if field.least is not None and value < field.least:
        raise _beyond(field, _("It is %(found)s; the least is %(bound)s."), value, field.least, currency)
    if field.most is not None and value > field.most:
        raise _beyond(field, _("It is %(found)s; the most is %(bound)s."), value, field.most, currency)


def _beyond(field: ImportField, reason: str, value: int, bound: int, currency: str) -> RowProblem:
    told = {"found": _shown(field, value, currency), "bound": _shown(field, bound, currency)}
    return RowProblem(field.name, reason % told)


def _shown(field: ImportField, value: int, currency: str) -> str:
    return str(to_major(value, currency)) if field.type == "money" else str(value)
