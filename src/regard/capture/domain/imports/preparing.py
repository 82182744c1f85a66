"""A file together with how it is read: by what a person says, by a preset, or by a guess."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from regard.capture.domain.imports.formats import check_order_of_days, guess_formats
from regard.capture.domain.imports.grouping import RowGroups
from regard.capture.domain.imports.guess import FieldGuess, first_rows, guess_section, guesses_for
from regard.capture.domain.imports.joins import joined_files, load_joins
from regard.capture.domain.imports.kinds import kind_of_file
from regard.capture.domain.imports.mapping import (
    Formats,
    Mapping,
    Section,
    kind_named,
    load_mapping,
    sections_for,
)
from regard.capture.domain.imports.opening import open_table
from regard.capture.domain.imports.presets import GENERIC, preset_named, recognise
from regard.capture.domain.imports.reading import Reading
from regard.capture.domain.imports.rejects import WHY
from regard.capture.domain.imports.rows import RowReader
from regard.capture.domain.imports.table import Table
from regard.core.models import Store
from regard.core.registry import ImportKind


@dataclass(frozen=True)
class SourceFile:
    """A file and how it is to be read. preset: the one that it is after, "" for none; is_guess: nobody said so."""

    store: Store
    kind: str
    table: Table
    mapping: Mapping
    preset: str
    is_guess: bool

    @property
    def title(self) -> str:
        """What such a file is called; "" without a preset."""
        return self.mapping.title

    def guesses(self) -> dict[str, list[FieldGuess]]:
        """By kind, each of its fields and where it is taken from, with sample values."""
        is_told = bool(self.preset) or not self.is_guess
        return {
            section.kind: guesses_for(
                section=section, table=self.table, formats_of=self.mapping, is_told=is_told, store=self.store
            )
            for section in self.mapping.imports
        }

    def unused_columns(self) -> list[str]:
        """Columns of the file that nothing is taken from."""
        return [] if self._keeps_rest else self._free_columns()

    def attribute_columns(self) -> list[str]:
        """Columns that no field is taken from and that become attributes of the customer."""
        return self._free_columns() if self._keeps_rest else []

    @property
    def _keeps_rest(self) -> bool:
        return any(kind_named(section.kind).rest for section in self.mapping.imports)

    def _free_columns(self) -> list[str]:
        used = {column for section in self.mapping.imports for column in section.used_columns()}
        return [column for column in self.table.header if column and column not in used | set(WHY)]

    def guessed_columns(self) -> dict[str, str]:
        """Field -> column of the main kind."""
        main = self.mapping.imports[0]
        return {field: "/".join(main.columns_of(field)) for field in (*main.columns, *main.either)}

    def fingerprint(self) -> str:
        """The same for the same content that is read in the same way, and for nothing else."""
        digest = hashlib.blake2b(msgspec.json.encode((self.kind, self.mapping)), digest_size=32)
        for path in (self.table.path, *joined_files(self.mapping, self.table.path)):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, hashlib.blake2b).digest())
        return digest.hexdigest()


def look_at(
    *,
    store: Store,
    kind: str,
    path: Path,
    mapping: Path | Mapping | None = None,
    preset: str = "",
) -> SourceFile:
    """Open a file and find out how to read it.

    kind: "" for what its columns look like. mapping: a TOML file, or one that was read. Without it, `preset` says
    it by name; without that, the columns are compared with those of the presets, and then with the names of the
    kind's fields, and the first rows tell how times and amounts are written. Raises ImportProblem for a
    file, kind, mapping or preset that cannot be used. What the mapping leaves out shows in `prepare_reading`.
    """
    kind = kind or kind_of_file(path, mapping=mapping, preset=preset)
    chosen = kind_named(kind)
    told = _told_mapping(kind, mapping, preset)
    formats = told.formats if told else Formats()
    table = open_table(path, encoding=formats.encoding, delimiter=formats.delimiter)
    if mapping is not None and told:
        told = _with_columns(told, table)
        is_guess = not preset and _is_by_names(told, chosen, table)
        return SourceFile(store, kind, table, told, preset, is_guess=is_guess)
    name = preset or recognise(table.header, kind)
    if name and name != GENERIC:
        found = _fitted(sections_for(kind, preset_named(name)), table)
        return SourceFile(store, kind, table, found, name, is_guess=not preset)
    return SourceFile(store, kind, table, _guessed(chosen, table), "", is_guess=True)


def prepare_reading(source: SourceFile) -> Reading:
    """Raises ImportProblem for a mapping that does not fit the file, or leaves out what every row needs."""
    table, mapping = source.table, source.mapping
    check_order_of_days(mapping.formats)
    joins = load_joins(mapping, table)
    columns = [*table.header]
    columns += [f"{name}.{column}" for name, joined in joins.items() for column in joined.columns]
    readers = [
        RowReader(
            columns=columns, file=table.path.name, section=section, kind=kind_named(section.kind),
            formats=mapping.formats, store=source.store,
        )
        for section in mapping.imports
    ]  # fmt: skip
    return Reading(
        store=source.store,
        joins=list(joins.values()),
        groups=RowGroups(mapping.groups, header=table.header, file=table.path.name),
        readers=readers,
    )


def _guessed(kind: ImportKind, table: Table) -> Mapping:
    section = guess_section(table.header, kind)
    formats = guess_formats(
        section=section,
        kind=kind,
        header=table.header,
        first_rows=first_rows(table),
        rows=lambda: (row for _line, row, problem in table.rows() if problem is None),
    )
    return Mapping(imports=[section], formats=formats)


def _with_columns(told: Mapping, table: Table) -> Mapping:
    """The mapping; where it says nothing of columns, with those that are found by their names."""
    sections = [
        section
        if section.fields()
        else msgspec.structs.replace(
            section, columns=guess_section(table.header, kind_named(section.kind)).columns
        )
        for section in told.imports
    ]
    return msgspec.structs.replace(told, imports=sections)


def _is_by_names(told: Mapping, kind: ImportKind, table: Table) -> bool:
    """Whether nobody said anything but how values are written."""
    bare = Mapping(imports=[guess_section(table.header, kind)], formats=told.formats)
    return told == bare


def _told_mapping(kind: str, mapping: Path | Mapping | None, preset: str) -> Mapping | None:
    if isinstance(mapping, Path):
        return sections_for(kind, load_mapping(mapping))
    if mapping is not None:
        return sections_for(kind, mapping)
    return preset_named(preset) if preset and preset != GENERIC else None


def _fitted(preset: Mapping, table: Table) -> Mapping:
    """The preset without columns that this file has not got: exports differ with the shop's age and settings."""
    has = set(table.header)
    sections = [_fitted_section(section, has) for section in preset.imports]
    return msgspec.structs.replace(preset, imports=sections)


def _fitted_section(section: Section, has: set[str]) -> Section:
    columns = {field: [c for c in section.columns_of(field) if c in has] for field in section.columns}
    either = {field: [c for c in names if c in has] for field, names in section.either.items()}
    return msgspec.structs.replace(
        section,
        columns={field: names for field, names in columns.items() if names},
        either={field: names for field, names in either.items() if names},
        only_with=[column for column in section.only_with if column in has],
    )
