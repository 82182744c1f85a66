"""What a file seems to hold, by the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from regard.capture.domain.imports.column_names import is_same_name
from regard.capture.domain.imports.guess import guess_section
from regard.capture.domain.imports.mapping import (
    Mapping,
    Section,
    kind_named,
    load_mapping,
    missing_fields,
)
from regard.capture.domain.imports.opening import open_table
from regard.capture.domain.imports.presets import GENERIC, preset_named, recognise
from regard.capture.domain.imports.problem import ImportProblem
from regard.core.registry import ImportKind, import_kinds

SHOWN = 6  # columns
OWN_NAME, OTHER_NAME, MISSING = 3, 2, -4  # what a column or a lack of it says for a kind


def kind_of_file(path: Path, *, mapping: Path | Mapping | None, preset: str) -> str:
    """The kind that a mapping or preset is for, else the one that the columns look like.

    Raises ImportProblem when they look like none.
    """
    told = load_mapping(mapping) if isinstance(mapping, Path) else mapping
    if told is None and preset and preset != GENERIC:
        told = preset_named(preset)
    if told is not None and told.imports[0].kind:
        return told.imports[0].kind
    formats = told.formats if told else Mapping().formats
    kind = guess_kind(open_table(path, encoding=formats.encoding, delimiter=formats.delimiter).header)
    if not kind:
        reason = _("Its columns are not like those of %(kinds)s; say what is in it.")
        raise ImportProblem(
            "kind", reason % {"kinds": ", ".join(words_of_kind(each.name) for each in import_kinds)}
        )
    return kind


def guess_kind(header: Sequence[str]) -> str:
    """The kind whose preset or fields these columns fit best; "" when they fit none."""
    preset = recognise(header)
    if preset:
        return preset_named(preset).imports[0].kind
    scores = {kind.name: _score(header, kind) for kind in import_kinds}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else ""


def check_kind(kind: str, header: Sequence[str]) -> None:
    """Raises ImportProblem when the columns are plainly those of another kind.

    They are when that has all it needs and this one has not, or when it understands each column that this one
    does, and more.
    """
    other = guess_kind(header)
    if other in {"", kind}:
        return
    chosen, likely = kind_named(kind), kind_named(other)
    asked, found = guess_section(header, chosen), guess_section(header, likely)
    lacks = bool(missing_fields(asked, chosen)) and not missing_fields(found, likely)
    if lacks or set(asked.used_columns()) < set(found.used_columns()):
        reason = _("The columns look like %(other)s, not %(kind)s: %(columns)s. %(remedy)s")
        remedy = _("Ask for %(other)s; or name the preset generic, if it is %(kind)s that you want of them.")
        columns = found.used_columns()
        columns = columns if len(columns) <= SHOWN else [*columns[:SHOWN], "…"]
        told = {"other": words_of_kind(other), "kind": words_of_kind(kind), "columns": ", ".join(columns)}
        raise ImportProblem("kind", reason % (told | {"remedy": remedy % told}))


def _score(header: Sequence[str], kind: ImportKind) -> int:
    section = guess_section(header, kind)
    found = sum(_weight(section, field) for field in section.columns)
    return found + MISSING * len(missing_fields(section, kind)) if section.columns else 0


def _weight(section: Section, field: str) -> int:
    return OWN_NAME if is_same_name(section.columns_of(field)[0], field) else OTHER_NAME


def words_of_kind(kind: str) -> str:
    """A kind's name as people read it, "order lines" for order_lines."""
    return _(kind.replace("_", " "))
