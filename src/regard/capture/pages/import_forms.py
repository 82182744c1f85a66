"""The forms of imports: which file, and which of its columns is which field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.capture.domain.imports.guess import FieldGuess
from regard.capture.domain.imports.kinds import words_of_kind
from regard.capture.domain.imports.mapping import Mapping, Section, kind_named, missing_fields
from regard.capture.domain.imports.preparing import SourceFile
from regard.capture.domain.imports.presets import GENERIC, presets
from regard.capture.pages.import_formats import chosen_formats, format_fields
from regard.core.registry import import_kinds

BETWEEN = "|"


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of files in the order in which the rooms announce them, each with its name in words."""
    return [(kind.name, words_of_kind(kind.name)) for kind in import_kinds]


def _kinds() -> list[tuple[str, str]]:
    return [("", _("Found out by its columns")), *kind_choices()]


def _presets() -> list[tuple[str, str]]:
    known = [(name, preset.title) for name, preset in presets().items()]
    return [("", _("Found out by its columns")), *known, (GENERIC, _("None: match columns by their names"))]


class Upload(forms.Form):
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy("CSV, TSV, JSON Lines or Parquet; the first three also packed with gzip."),
    )
    kind = forms.ChoiceField(label=_lazy("What is in it"), choices=_kinds, required=False)
    preset = forms.ChoiceField(label=_lazy("Where it comes from"), choices=_presets, required=False)
    mapping = forms.FileField(
        label=_lazy("Mapping"),
        required=False,
        help_text=_lazy("A TOML file that says which column is what, when you have one."),
    )


class Mended(forms.Form):
    file = forms.FileField(label=_lazy("File with the mended rows"))


class ReadAs(forms.Form):
    kind = forms.ChoiceField(label=_lazy("What is in it"), choices=kind_choices)


class ColumnsForm(forms.Form):
    """For each field of each kind in a file the column that it is taken from, and how values are written."""

    def __init__(self, source: SourceFile, data: Any = None) -> None:
        super().__init__(data)
        self._source = source
        self._chosen = source.mapping
        self.guesses = source.guesses()
        columns = [(column, column) for column in source.table.header if column]
        for kind, guesses in self.guesses.items():
            for guess in guesses:
                self.fields[_name(kind, guess)] = ColumnField(kind, guess, columns)
        self.fields |= format_fields(source.mapping.formats) if source.table.format != "parquet" else {}
        self._say_what_is_missing(source.mapping)

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        sections = [self._chosen_section(section, told) for section in self._source.mapping.imports]
        formats = chosen_formats(self._source.mapping.formats, told)
        self._chosen = msgspec.structs.replace(self._source.mapping, imports=sections, formats=formats)
        for name, problem in self._say_what_is_missing(self._chosen).items():
            self.add_error(name, problem)
        return told

    def chosen(self) -> Mapping:
        """The mapping with what was chosen in it; as guessed where nothing was."""
        self.is_valid()
        return self._chosen

    def formats(self) -> list[forms.BoundField]:
        """The fields that ask how values are written; none for a file that has types of its own."""
        return [self[name] for name, field in self.fields.items() if not isinstance(field, ColumnField)]

    def is_complete(self) -> bool:
        """Whether all that every row needs has a column."""
        return not any(field.problem for field in self.fields.values() if isinstance(field, ColumnField))

    def _say_what_is_missing(self, mapping: Mapping) -> dict[str, str]:
        problems = dict(_missing(mapping))
        for name, field in self.fields.items():
            if isinstance(field, ColumnField):
                field.problem = problems.get(name, "")
        return problems

    def _chosen_section(self, section: Section, told: dict[str, Any]) -> Section:
        columns, either, constants = dict(section.columns), dict(section.either), dict(section.constants)
        for guess in self.guesses[section.kind]:
            choice = told.get(_name(section.kind, guess), _initial(guess))
            if choice == _initial(guess):
                continue
            columns.pop(guess.field.name, None)
            either.pop(guess.field.name, None)
            constants.pop(guess.field.name, None)
            if choice:
                columns[guess.field.name] = choice
        return msgspec.structs.replace(section, columns=columns, either=either, constants=constants)


def _missing(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """The form's fields that need a column and have none, with what to do."""
    for section in mapping.imports:
        for names in missing_fields(section, kind_named(section.kind)):
            one = _("Choose its column: every row needs it.")
            several = _("Choose a column for at least one of these: %(names)s.") % {"names": ", ".join(names)}
            for name in names:
                yield f"{section.kind}.{name}", one if len(names) == 1 else several


def _name(kind: str, guess: FieldGuess) -> str:
    return f"{kind}.{guess.field.name}"


def _initial(guess: FieldGuess) -> str:
    if len(guess.columns) == 1:
        return guess.columns[0]
    return BETWEEN.join(guess.columns) or (f"={guess.constant}" if guess.constant else "")


class ColumnField(forms.ChoiceField):
    """Which column a field is taken from. kind, guess: for the page; problem: why it cannot stay as it is."""

    def __init__(self, kind: str, guess: FieldGuess, columns: list[tuple[str, str]]) -> None:
        initial = _initial(guess)
        choices = [("", _("Not in the file")), *columns]
        if initial and initial not in {column for column, _label in columns}:
            choices.insert(1, (initial, guess.columns_in_words or guess.constant))
        super().__init__(
            label=guess.field.name, choices=choices, initial=initial, required=False,
            help_text=guess.field.meaning,
        )  # fmt: skip
        self.kind, self.guess, self.problem = kind, guess, ""
