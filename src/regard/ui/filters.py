"""What the component ui/filter_bar.html shows: by what a list can be narrowed, and by what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils import formats


@dataclass(frozen=True)
class Filter:
    """A field of the address that narrows a list. choices: pairs of value and label; value: "" for all.

    always: one of the choices holds at any time, so that "all" is none beside them.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str
    always: bool = False


@dataclass(frozen=True)
class Day:
    """A day in the address that narrows a list; None for none."""

    name: str
    label: str
    day: date | None

    @property
    def value(self) -> str:
        return self.day.isoformat() if self.day else ""

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return [(self.value, formats.date_format(self.day, "DATE_FORMAT"))] if self.day else []


@dataclass(frozen=True)
class Chosen:
    """A choice as a chip. url: of the list without it."""

    label: str
    url: str


def chosen_of(query: QueryDict, filters: Iterable[Filter | Day]) -> list[Chosen]:
    """The choices that narrow the list now."""
    return [
        Chosen(f"{each.label}: {text}", _without(query, each.name))
        for each in filters
        for value, text in each.choices
        if each.value and value == each.value
    ]


def _without(query: QueryDict, name: str) -> str:
    left = query.copy()
    for gone in (name, "cursor"):
        left.pop(gone, None)
    return f"?{left.urlencode()}"
