"""The first rows of a file as they would be read, with what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from regard.capture.domain.imports.mapping import Mapping
from regard.capture.domain.imports.preparing import Reading, SourceFile, prepare_reading
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.rows import RowReader
from regard.capture.domain.imports.table import Row
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
    """The first rows by kind. problem: why no row can be read at all."""

    kinds: dict[str, KindPreview]
    problem: str = ""


def preview_of(source: SourceFile, mapping: Mapping) -> Preview:
    """The first rows of the file by this mapping. Raises ImportProblem for a file that cannot be read."""
    try:
        reading = prepare_reading(replace(source, mapping=mapping))
    except ImportProblem as problem:
        return Preview({}, str(problem))
    kinds = {}
    for section, reader in zip(mapping.imports, reading.readers, strict=True):
        fields = [field.name for field in reader.kind.fields if field.name in section.fields()]
        kinds[reader.kind.name] = KindPreview(fields, [])
    for row in islice(source.table.rows(), ROWS):
        for reader in reading.readers:
            shown = kinds[reader.kind.name]
            told = _shown(row, reader, reading, shown.fields, source.store.currency)
            if told is not None:
                shown.rows.append(told)
    return Preview(kinds)


def _shown(
    row: Row, reader: RowReader, reading: Reading, fields: list[str], currency: str
) -> PreviewRow | None:
    line, values, problem = row
    try:
        if problem is not None:
            raise problem
        filled, is_first = reading.groups.place(values)
        for joined in reading.joins.values():
            filled = [*filled, *joined.values_for(filled)]
        if (reader.once and not is_first) or not reader.concerns(filled):
            return None
        found = reader.read(filled)
    except RowProblem as wrong:
        return PreviewRow(line, [], str(wrong))
    types = {field.name: field.type for field in reader.kind.fields}
    used = found.get("currency", currency)
    return PreviewRow(line, [_text(found.get(name), types[name], used) for name in fields], "")


def _text(value: Any, kind: str, currency: str) -> str:
    if value is None:
        return ""
    if kind == "money":
        return money_text(value, currency)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return ", ".join(value) if isinstance(value, list) else str(value)
