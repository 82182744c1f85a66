"""The forms of imports: which file, and which of its columns is which field."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.capture.domain.imports.guess import FieldGuess
from regard.capture.domain.imports.mapping import Mapping, Section
from regard.capture.domain.imports.preparing import SourceFile
from regard.capture.domain.imports.presets import GENERIC, presets
from regard.core.registry import import_kinds

BETWEEN = "|"


def _kinds() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in import_kinds.names()]


def _presets() -> list[tuple[str, str]]:
    known = [(name, preset.title) for name, preset in presets().items()]
    return [("", _("Found out by its columns")), *known, (GENERIC, _("None: match columns by their names"))]


class Upload(forms.Form):
    kind = forms.ChoiceField(label=_lazy("What is in it"), choices=_kinds, initial="orders")
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy("CSV, TSV, JSON Lines or Parquet; the first three also packed with gzip."),
    )
    preset = forms.ChoiceField(label=_lazy("Where it comes from"), choices=_presets, required=False)
    mapping = forms.FileField(
        label=_lazy("Mapping"),
        required=False,
        help_text=_lazy("A TOML file that says which column is what, when you have one."),
    )


class Mended(forms.Form):
    file = forms.FileField(label=_lazy("File with the mended rows"))


class ColumnsForm(forms.Form):
    """For each field of each kind in a file the column that it is taken from."""

    def __init__(self, source: SourceFile, data: Any = None) -> None:
        super().__init__(data)
        self._source = source
        self.guesses = source.guesses()
        columns = [(column, column) for column in source.table.header if column]
        for kind, guesses in self.guesses.items():
            for guess in guesses:
                self.fields[_name(kind, guess)] = ColumnField(kind, guess, columns)

    def chosen(self) -> Mapping:
        """The mapping with what was chosen in it; as guessed where nothing was."""
        if not self.is_bound or not self.is_valid():
            return self._source.mapping
        sections = [self._chosen_section(section) for section in self._source.mapping.imports]
        return msgspec.structs.replace(self._source.mapping, imports=sections)

    def _chosen_section(self, section: Section) -> Section:
        columns, either, constants = dict(section.columns), dict(section.either), dict(section.constants)
        for guess in self.guesses[section.kind]:
            choice = self.cleaned_data[_name(section.kind, guess)]
            if choice == _initial(guess):
                continue
            columns.pop(guess.field.name, None)
            either.pop(guess.field.name, None)
            constants.pop(guess.field.name, None)
            if choice:
                columns[guess.field.name] = choice
        return msgspec.structs.replace(section, columns=columns, either=either, constants=constants)


def _name(kind: str, guess: FieldGuess) -> str:
    return f"{kind}.{guess.field.name}"


def _initial(guess: FieldGuess) -> str:
    if len(guess.columns) == 1:
        return guess.columns[0]
    return BETWEEN.join(guess.columns) or (f"={guess.constant}" if guess.constant else "")


class ColumnField(forms.ChoiceField):
    """Which column a field is taken from. kind, guess: for the page."""

    def __init__(self, kind: str, guess: FieldGuess, columns: list[tuple[str, str]]) -> None:
        initial = _initial(guess)
        choices = [("", "-"), *columns]
        if initial and initial not in {column for column, _label in columns}:
            choices.insert(1, (initial, " + ".join(guess.columns) or guess.constant))
        super().__init__(
            label=guess.field.name, choices=choices, initial=initial, required=False,
            help_text=guess.field.meaning,
        )  # fmt: skip
        self.kind, self.guess = kind, guess
