"""What a file seems to be, before anything is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from django.utils.translation import gettext as _

from regard.capture.domain.imports.column_names import is_same_name, joined, names_of
from regard.capture.domain.imports.mapping import Mapping, Section, kind_named
from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.rows import readers
from regard.capture.domain.imports.table import Table
from regard.capture.domain.imports.values import is_absent, read_text
from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind

SAMPLE = 200  # rows
BAD_SHARE = 0.1  # of the values of a column that may be bad before it seems to be the wrong one
SHOWN = 3  # values of a column
Confidence = Literal["sure", "likely", "doubtful"]


@dataclass(frozen=True)
class FieldGuess:
    """A field of a kind and where it is taken from; without columns and constant it stays empty.

    confidence: "sure" for the field's own name or a preset, "likely" for a name it is known by, "doubtful" when
    many values in the file's first rows cannot be read as its type. samples: some of these, as the file has them.
    is_either: of several columns the first that has a value; else all of them, joined.
    """

    field: ImportField
    columns: tuple[str, ...]
    constant: str
    confidence: Confidence
    samples: tuple[str, ...]
    is_either: bool

    @property
    def columns_in_words(self) -> str:
        return (_(" or ") if self.is_either else " + ").join(self.columns)


def guess_section(header: Iterable[str], kind: ImportKind) -> Section:
    """What the column names suggest: fields' own names first, then those that they are known by."""
    free = {joined(column): column for column in header if column}
    columns: dict[str, str | list[str]] = {}
    for names in zip(*(names_of(field) for field in kind.fields), strict=True):
        for field, known in zip(kind.fields, names, strict=True):
            found = next((joined(name) for name in known if joined(name) in free), None)
            if found is not None and field.name not in columns:
                columns[field.name] = free.pop(found)
    return Section(kind=kind.name, columns=columns)


def first_rows(table: Table) -> list[Sequence[Any]]:
    """Enough of the file's rows to judge its columns by."""
    return [row for _line, row, problem in islice(table.rows(), SAMPLE) if problem is None]


def guesses_for(
    *, section: Section, table: Table, formats_of: Mapping, is_told: bool, store: Store
) -> list[FieldGuess]:
    """Each field of the section's kind with its columns, and samples of what they hold.

    is_told: whether a preset or a person said so, and names prove nothing.
    """
    kind = kind_named(section.kind)
    rows = first_rows(table)
    reads = readers(formats_of.formats, store)
    places = {column: place for place, column in enumerate(table.header)}
    guesses = []
    for field in kind.fields:
        columns = tuple(column for column in section.columns_of(field.name) if column in places)
        values = [
            row[places[column]] for column in columns for row in rows if not is_absent(row[places[column]])
        ]
        of_file = section.values.get(field.name, {})
        meant = [of_file.get(read_text(value), value) for value in values]
        bad = sum(not _can_read(reads[field.type], value, store) for value in meant)
        fits = len(section.columns_of(field.name)) > 1 or bad <= len(meant) * BAD_SHARE
        is_own_name = columns and is_same_name(columns[0], field.name)
        sure: Confidence = "sure" if is_told or is_own_name else "likely"
        guesses.append(
            FieldGuess(
                field=field,
                columns=tuple(section.columns_of(field.name)),
                constant=str(section.constants.get(field.name, "")),
                confidence=sure if fits else "doubtful",
                samples=_samples(values),
                is_either=field.name in section.either,
            )
        )
    return guesses


def _can_read(read: Any, value: Any, store: Store) -> bool:
    try:
        read(value.strip() if isinstance(value, str) else value, store.currency)
    except RowProblem:
        return False
    return True


def _samples(values: Sequence[Any]) -> tuple[str, ...]:
    texts = (read_text(value)[:60] for value in values)
    return tuple(dict.fromkeys(texts))[:SHOWN]
