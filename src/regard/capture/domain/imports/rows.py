"""From a row of a file to the values of an import kind's fields, as a mapping says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regard.capture.domain.imports.mapping import Formats, Section, check_columns, check_complete
from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.rejects import WHY
from regard.capture.domain.imports.values import (
    is_absent,
    quoted,
    read_address,
    read_currency,
    read_decimal,
    read_money,
    read_text,
    read_time,
    read_truth,
    read_whole,
    read_words,
)
from regard.core.models import Store
from regard.core.money import to_major
from regard.core.registry import FieldType, ImportField, ImportKind

Read = Callable[[Any, str], Any]  # a value of the file, not an absent one, and the row's currency -> a value


class _Source(NamedTuple):
    """Where a field's value comes from: a place in the row, several of them, or a constant."""

    field: ImportField
    place: int  # -1: see `find`
    find: Callable[[Sequence[Any]], Any]
    values: dict[str, str]  # what the file says -> what is meant
    read: Read
    longest: int  # characters that a text may have; 0 for any number
    is_bounded: bool


class RowReader:
    """Reads rows with these columns as rows of one kind."""

    def __init__(
        self,
        *,
        columns: Sequence[str],
        file: str,
        section: Section,
        kind: ImportKind,
        formats: Formats,
        store: Store,
    ) -> None:
        """columns: of the rows, those of joined files too; file: its name, for messages.

        Raises ImportProblem for a mapping that does not fit them.
        """
        check_complete(section, kind, columns)
        for field in (*section.columns, *section.either):
            check_columns(f"columns.{field}", section.columns_of(field), columns, file)
        check_columns("only_with", section.only_with, columns, file)
        self.kind, self.once = kind, section.once
        self._currency, self._apostrophes = store.currency, formats.apostrophes
        places = {column: place for place, column in enumerate(columns)}
        self._only_with = [places[column] for column in section.only_with]
        self._rest = _rest(places, section) if kind.rest else []
        reads = readers(formats, store)
        self._read_currency = reads["currency"]
        # The currency comes first, because amounts are read in it.
        fields = sorted(kind.fields, key=lambda field: field.type != "currency")
        self._sources = [
            _source(field, section, places, reads[field.type])
            for field in fields
            if field.name in section.fields()
        ]

    @property
    def is_choosy(self) -> bool:
        """Whether there may be rows that do not concern it."""
        return bool(self._only_with)

    def concerns(self, row: Sequence[Any]) -> bool:
        """Whether the row has anything of this kind."""
        return not self._only_with or any(not _is_blank(row[place]) for place in self._only_with)

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        """The row's values by field, absent ones left out. Raises RowProblem."""
        found: dict[str, Any] = {}
        currency, apostrophes = self._currency, self._apostrophes
        # One loop with few calls of our own: it takes most of the time of an import.
        for field, place, find, values, read, longest, is_bounded in self._sources:
            told = row[place] if place >= 0 else find(row)
            if type(told) is str:
                told = told.strip()
            if values or apostrophes:
                told = self._meant(told, values)
            if told is None or told == "":
                if field.required:
                    raise RowProblem(field.name, _("It is empty, and every row needs it."))
                continue
            try:
                value = found[field.name] = read(told, currency)
            except RowProblem as problem:
                raise RowProblem(field.name, problem.reason) from problem
            if longest and len(value) > longest:
                reason = _("It has %(found)d characters; at most %(most)d are kept.")
                raise RowProblem(field.name, reason % {"found": len(value), "most": longest})
            if is_bounded:
                _check_bounds(field, value, told, currency)
            if read is self._read_currency:
                currency = value
        self._complete(found, row)
        return found

    def _meant(self, told: Any, values: dict[str, str]) -> Any:
        if self._apostrophes and type(told) is str:
            told = told.removeprefix("'")
        return values.get("" if told is None else read_text(told), told) if values else told

    def _complete(self, found: dict[str, Any], row: Sequence[Any]) -> None:
        if self._rest:
            rest = {name: _plain(row[place]) for name, place in self._rest if not _is_blank(row[place])}
            if rest:
                found[self.kind.rest] = rest
        if self.kind.one_of and not any(name in found for name in self.kind.one_of):
            reason = _("All are empty; a row needs at least one of them.")
            raise RowProblem(", ".join(self.kind.one_of), reason)


def readers(formats: Formats, store: Store) -> dict[FieldType, Read]:
    """How values of each type are read."""
    zone = ZoneInfo(formats.time_zone or store.time_zone)
    comma, rounds, patterns = formats.decimal_comma, formats.round_amounts, formats.time_patterns()
    return {
        "text": lambda value, _currency: (
            value if type(value) is str and "\0" not in value else read_text(value)
        ),
        "words": lambda value, _currency: read_words(value),
        "email": lambda value, _currency: read_address(value),
        "whole": lambda value, _currency: read_whole(value, decimal_comma=bool(comma)),
        "number": lambda value, _currency: read_decimal(value, decimal_comma=comma),
        "truth": lambda value, _currency: read_truth(value),
        "money": lambda value, currency: read_money(value, currency, decimal_comma=comma, rounds=rounds),
        "time": lambda value, _currency: read_time(value, patterns=patterns, zone=zone),
        "currency": lambda value, _currency: read_currency(value),
    }


def _source(field: ImportField, section: Section, places: dict[str, int], read: Read) -> _Source:
    at = [places[column] for column in section.columns_of(field.name)]
    constant = section.constants.get(field.name)
    joint = section.joined_by.get(field.name, "/")
    if field.name in section.either:
        find = lambda row: next((row[place] for place in at if not _is_blank(row[place])), None)  # noqa: E731
    elif at:
        find = lambda row: _joined([read_text(row[p]).strip() for p in at if row[p] is not None], joint)  # noqa: E731
    else:
        find = lambda _row: constant  # noqa: E731
    is_text = field.type in {"text", "email"}
    return _Source(
        field=field,
        place=at[0] if len(at) == 1 else -1,
        find=find,
        values=section.values.get(field.name, {}),
        read=read,
        longest=(field.most or 0) if is_text else 0,
        is_bounded=not is_text and (field.least is not None or field.most is not None),
    )


def _joined(parts: list[str], joint: str) -> str:
    """Ids keep empty parts, so that their places tell; words leave them out."""
    if joint == "/":
        return joint.join(parts) if any(parts) else ""
    return joint.join(part for part in parts if part)


def _rest(places: dict[str, int], section: Section) -> list[tuple[str, int]]:
    used = {*section.used_columns(), *section.only_with}
    return [(column, place) for column, place in places.items() if column and column not in used | set(WHY)]


def _is_blank(value: Any) -> bool:
    return is_absent(value.strip() if type(value) is str else value)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if type(value) in {bool, int, float}:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return read_text(value).strip()


def _check_bounds(field: ImportField, value: Any, told: Any, currency: str) -> None:
    if field.least is not None and value < field.least:
        raise _beyond(field, _("It is %(value)s; the least is %(bound)s."), told, field.least, currency)
    if field.most is not None and value > field.most:
        raise _beyond(field, _("It is %(value)s; the most is %(bound)s."), told, field.most, currency)


def _beyond(field: ImportField, reason: str, told: Any, bound: int, currency: str) -> RowProblem:
    limit = to_major(bound, currency) if field.type == "money" else bound
    return RowProblem(field.name, reason % {"value": quoted(told), "bound": limit})
