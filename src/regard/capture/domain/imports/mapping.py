"""Which column of a file is which field: what a mapping file and a preset say, both in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.core.registry import ImportField, ImportKind, import_kinds


class Formats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How values are written. time: after strptime, or several of which the first that fits counts, "unix",
    "unix_ms", or None for ISO 8601.

    decimal_comma: None where nobody said it and the first rows don't tell; then a point begins the decimals, and
    what may as well group thousands (12.000) is refused. time_zone: of times that name none. round_amounts: an
    amount with more decimals than its currency has is rounded and not rejected. apostrophes: a leading one, which
    spreadsheets want before numbers, is left out.
    """

    time_zone: str | None = None
    time: str | list[str] | None = None
    decimal_comma: bool | None = False
    round_amounts: bool = False
    apostrophes: bool = False
    delimiter: str | None = None
    encoding: str | None = None

    def time_patterns(self) -> tuple[str, ...]:
        """None of them for ISO 8601."""
        return (self.time,) if isinstance(self.time, str) else tuple(self.time or ())


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second file. key: its column that equals the column `on` of the imported one; sum: columns to add."""

    file: str
    key: str
    on: str
    sum: list[str] = []


class Groups(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that follow each other and belong together. by: the column that says so; empty: like the row before.

    fill: columns that only the first row of a group has; the others take its values where theirs are empty.
    """

    by: str = ""
    fill: list[str] = []


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind takes from each row.

    columns: field -> column, or several that make one text, joined by what `joined_by` says, else "/". either:
    field -> columns of which the first with a value counts. once: of each group the first row only. only_with:
    rows without any value in these columns are passed over.
    """

    kind: str = ""
    columns: dict[str, str | list[str]] = {}
    joined_by: dict[str, str] = {}
    either: dict[str, list[str]] = {}
    constants: dict[str, str | int | float] = {}
    values: dict[str, dict[str, str]] = {}
    once: bool = False
    only_with: list[str] = []

    def columns_of(self, field: str) -> list[str]:
        """The columns that a field is taken from; none when it is not mapped."""
        column = self.either.get(field) or self.columns.get(field, [])
        return [column] if isinstance(column, str) else column

    def used_columns(self) -> list[str]:
        return [column for field in (*self.columns, *self.either) for column in self.columns_of(field)]

    def fields(self) -> set[str]:
        return {*self.columns, *self.either, *self.constants}


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read a file; docs/importing.md tells how to write one.

    imports: a section for each kind that the file holds, the main one first. title and recognised_by are for
    presets: what such a file is called, and the columns that it is known by.
    """

    title: str = ""
    recognised_by: list[str] = []
    formats: Formats = Formats()
    groups: Groups = Groups()
    join: dict[str, Join] = {}
    imports: list[Section] = []


class _File(Mapping, frozen=True, forbid_unknown_fields=True):
    """What a mapping file may hold besides: its only section, of the kind that is asked for."""

    columns: dict[str, str | list[str]] = {}
    joined_by: dict[str, str] = {}
    either: dict[str, list[str]] = {}
    constants: dict[str, str | int | float] = {}
    values: dict[str, dict[str, str]] = {}


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises ImportProblem for one that is none."""
    try:
        return read_mapping(path.read_text("utf-8-sig"), path.name)
    except FileNotFoundError as error:
        reason = _("There is no file %(path)s; check the path and its spelling.")
        raise ImportProblem("mapping", reason % {"path": path}) from error
    except (OSError, UnicodeError) as error:
        raise _no_mapping(path.name, error) from error


def read_mapping(text: str, name: str) -> Mapping:
    """A mapping from TOML; a section without a kind is still to get it. Raises ImportProblem."""
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _no_mapping(name, error) from error
    sections = file.imports or [
        Section(
            columns=file.columns, joined_by=file.joined_by, either=file.either, constants=file.constants,
            values=file.values,
        )
    ]  # fmt: skip
    return Mapping(
        title=file.title, recognised_by=file.recognised_by, formats=file.formats, groups=file.groups,
        join=file.join, imports=sections,
    )  # fmt: skip


def sections_for(kind: str, mapping: Mapping) -> Mapping:
    """The mapping for who asks for `kind`: all of its kinds when that is the main one, else that one alone.

    Raises ImportProblem, naming the entry, for one that cannot be used.
    """
    sections = [msgspec.structs.replace(section, kind=section.kind or kind) for section in mapping.imports]
    if sections[0].kind != kind:
        sections = [section for section in sections if section.kind == kind]
    if not sections:
        kinds = ", ".join(section.kind for section in mapping.imports)
        raise ImportProblem("mapping", _("It is for %(kinds)s; ask for these.") % {"kinds": kinds})
    for section in sections:
        check_section(section, kind_named(section.kind))
    _check_formats(mapping.formats)
    return msgspec.structs.replace(mapping, imports=sections)


def kind_named(name: str) -> ImportKind:
    """Raises ImportProblem for a kind that no room has registered."""
    if name not in import_kinds:
        reason = _("%(name)s cannot be imported; there are: %(kinds)s.")
        raise ImportProblem("kind", reason % {"name": name, "kinds": ", ".join(import_kinds.names())})
    return import_kinds.get(name)


def check_complete(section: Section, kind: ImportKind, header: Iterable[str]) -> None:
    """Raises ImportProblem when the mapping leaves out what every row needs."""
    missing = missing_fields(section, kind)
    columns = ", ".join(header)
    if missing and len(missing[0]) == 1:
        reason = _("No column is known to hold it. Name one in the mapping; the file has: %(columns)s.")
        raise ImportProblem(missing[0][0], reason % {"columns": columns})
    if missing:
        reason = _(
            "At least one of these is needed. Name a column in the mapping; the file has: %(columns)s."
        )
        raise ImportProblem(", ".join(missing[0]), reason % {"columns": columns})


def missing_fields(section: Section, kind: ImportKind) -> list[tuple[str, ...]]:
    """What every row needs and the section leaves out: a field, or several of which one is needed."""
    mapped = section.fields()
    missing: list[tuple[str, ...]] = [
        (field.name,) for field in kind.fields if field.required and field.name not in mapped
    ]
    return missing if not kind.one_of or mapped & set(kind.one_of) else [*missing, kind.one_of]


def check_columns(field: str, columns: Sequence[str], header: Iterable[str], file: str) -> None:
    """Raises ImportProblem when the mapping's entry `field` names a column that is not there."""
    known = list(header)
    for column in columns:
        if column not in known:
            reason = _("%(name)s has no column %(column)s; it has: %(columns)s.")
            told = {"name": file, "column": column, "columns": ", ".join(known)}
            raise ImportProblem(f"mapping {field}", reason % told)


def check_section(section: Section, kind: ImportKind) -> None:
    """Raises ImportProblem for fields that the kind does not have, or that are said twice."""
    known: dict[str, ImportField] = {field.name: field for field in kind.fields}
    for part in ("columns", "joined_by", "either", "constants", "values"):
        for name in getattr(section, part):
            if name not in known:
                reason = _("%(kind)s have no such field; there are: %(fields)s.")
                raise ImportProblem(
                    f"mapping {part}.{name}", reason % {"kind": kind.name, "fields": ", ".join(known)}
                )
    for name, column in section.columns.items():
        for part in ("constants", "either"):
            if name in getattr(section, part):
                reason = _("It has a column besides; keep one of them.")
                raise ImportProblem(f"mapping {part}.{name}", reason)
        if not isinstance(column, str) and len(column) > 1 and known[name].type != "text":
            reason = _("Only a text can be made of several columns.")
            raise ImportProblem(f"mapping columns.{name}", reason)


def _check_formats(formats: Formats) -> None:
    if formats.time_zone is not None and formats.time_zone not in available_timezones():
        reason = _("%(zone)s is no time zone; use a name such as Europe/Berlin.")
        raise ImportProblem("mapping formats.time_zone", reason % {"zone": formats.time_zone})
    if formats.delimiter is not None and len(formats.delimiter) != 1:
        raise ImportProblem("mapping formats.delimiter", _("It must be one character, such as a semicolon."))


def _no_mapping(name: str, error: Exception) -> ImportProblem:
    reason = _("%(name)s is no mapping: %(error)s. See docs/importing.md.")
    return ImportProblem("mapping", reason % {"name": name, "error": error})
