"""The first rows of a file as they would be read, with what is wrong with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from regard.capture.domain.imports.mapping import Mapping
from regard.capture.domain.imports.preparing import SourceFile, prepare_reading
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.reading import RowFact
from regard.core.money import money_text

ROWS = 10


@dataclass(frozen=True)
class PreviewRow:
    """A row of one kind: its values in the order of the preview's fields, or why it cannot be used."""

    line: int
    values: list[str]
    problem: str


@dataclass(frozen=True)
class KindPreview:
    """fields: those that have a column."""

    fields: list[str]
    rows: list[PreviewRow]


@dataclass(frozen=True)
class Preview:
    """The first rows by kind. problem: why no row can be read at all. notes: what will be left out of them,
    with the number of these rows."""

    kinds: dict[str, KindPreview]
    problem: str = ""
    notes: dict[str, int] = field(default_factory=dict)


def preview_of(source: SourceFile, mapping: Mapping) -> Preview:
    """The first rows of the file by this mapping. Raises ImportProblem for a file that cannot be read."""
    try:
        reading = prepare_reading(replace(source, mapping=mapping))
    except ImportProblem as problem:
        return Preview({}, str(problem))
    kinds, notes = {}, Counter[str]()
    for section, reader in zip(mapping.imports, reading.readers, strict=True):
        fields = [one.name for one in reader.kind.fields if one.name in section.fields()]
        kinds[reader.kind.name] = KindPreview(fields, [])
    main = mapping.imports[0].kind
    for line, values, shape in islice(source.table.rows(), ROWS):
        try:
            if shape is not None:
                raise shape
            row, is_first = reading.place(values)
            taken = reading.take(row, is_first=is_first)
        except RowProblem as wrong:
            kinds[wrong.kind or main].rows.append(PreviewRow(line, [], str(wrong)))
            continue
        for fact in taken:
            notes.update([note] if (note := fact.note(source.store)) else [])
            shown = kinds[fact.kind.name]
            shown.rows.append(PreviewRow(line, _texts(fact, shown.fields, source.store.currency), ""))
    return Preview(kinds, notes=dict(notes))


def _texts(fact: RowFact, fields: list[str], currency: str) -> list[str]:
    types = {one.name: one.type for one in fact.kind.fields}
    used = fact.row.get("currency", currency)
    return [_text(fact.row.get(name), types[name], used) for name in fields]


def _text(value: Any, kind: str, currency: str) -> str:
    if value is None:
        return ""
    if kind == "money":
        return money_text(value, currency)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return ", ".join(value) if isinstance(value, list) else str(value)
