"""Which column of a file is which field: written in TOML, or guessed from the column names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.core.registry import ImportField, ImportKind


class Formats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How values are written. time: after strptime, else ISO 8601; time_zone: of times that name none."""

    time_zone: str | None = None
    time: str | None = None
    decimal_comma: bool = False
    delimiter: str | None = None
    encoding: str | None = None


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second file. key: its column that equals the column `on` of the imported one; sum: columns to add."""

    file: str
    key: str
    on: str
    sum: list[str] = []


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mapping file holds; docs/importing.md tells how to write one."""

    columns: dict[str, str | list[str]] = {}
    constants: dict[str, str | int | float] = {}
    values: dict[str, dict[str, str]] = {}
    formats: Formats = Formats()
    join: dict[str, Join] = {}

    def columns_of(self, field: str) -> list[str]:
        """The columns that make up a field; none when it is not mapped."""
        column = self.columns.get(field, [])
        return [column] if isinstance(column, str) else column


def load_mapping(path: Path, kind: ImportKind) -> Mapping:
    """Read a mapping file. Raises ImportProblem, naming the entry, for one that `kind` cannot use."""
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text("utf-8-sig")), Mapping)
    except FileNotFoundError as error:
        reason = _("There is no file %(path)s; check the path and its spelling.")
        raise ImportProblem("mapping", reason % {"path": path}) from error
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        reason = _("%(name)s is no mapping: %(error)s. See docs/importing.md.")
        raise ImportProblem("mapping", reason % {"name": path.name, "error": error}) from error
    _check_fields(mapping, kind)
    _check_formats(mapping.formats)
    return mapping


def guess_mapping(header: Iterable[str], kind: ImportKind) -> Mapping:
    """The mapping that the column names suggest: by the field's own name, else by one it is known by."""
    free = {_plain(column): column for column in header if column}
    columns: dict[str, str | list[str]] = {}
    for name_only in (True, False):
        for field in kind.fields:
            names = (field.name,) if name_only else field.synonyms
            found = next((name for name in names if name in free), None)
            if found is not None and field.name not in columns:
                columns[field.name] = free.pop(found)
    return Mapping(columns=columns)


def check_complete(mapping: Mapping, kind: ImportKind, header: Iterable[str]) -> None:
    """Raises ImportProblem when the mapping leaves out what every row needs."""
    mapped = mapping.columns.keys() | mapping.constants.keys()
    missing = [field for field in kind.fields if field.required and field.name not in mapped]
    columns = ", ".join(header)
    if missing:
        reason = _("No column is known to hold it. Name one in the mapping; the file has: %(columns)s.")
        raise ImportProblem(missing[0].name, reason % {"columns": columns})
    if kind.one_of and not mapped & set(kind.one_of):
        reason = _(
            "At least one of these is needed. Name a column in the mapping; the file has: %(columns)s."
        )
        raise ImportProblem(", ".join(kind.one_of), reason % {"columns": columns})


def _check_fields(mapping: Mapping, kind: ImportKind) -> None:
    known: dict[str, ImportField] = {field.name: field for field in kind.fields}
    for section in ("columns", "constants", "values"):
        for name in getattr(mapping, section):
            if name not in known:
                reason = _("%(kind)s have no such field; there are: %(fields)s.")
                raise ImportProblem(
                    f"mapping {section}.{name}", reason % {"kind": kind.name, "fields": ", ".join(known)}
                )
    for name in mapping.columns:
        if name in mapping.constants:
            reason = _("It has a column and a constant; keep one of them.")
            raise ImportProblem(f"mapping constants.{name}", reason)
        if len(mapping.columns_of(name)) > 1 and known[name].type != "text":
            reason = _("Only a text can be made of several columns.")
            raise ImportProblem(f"mapping columns.{name}", reason)


def _check_formats(formats: Formats) -> None:
    if formats.time_zone is not None and formats.time_zone not in available_timezones():
        reason = _("%(zone)s is no time zone; use a name such as Europe/Berlin.")
        raise ImportProblem("mapping formats.time_zone", reason % {"zone": formats.time_zone})
    if formats.delimiter is not None and len(formats.delimiter) != 1:
        raise ImportProblem("mapping formats.delimiter", _("It must be one character, such as a semicolon."))


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
