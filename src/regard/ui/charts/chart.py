"""What a chart is: a drawing of a few series, and the words and figures that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from regard.core.registry import Registry

if TYPE_CHECKING:  # the process that draws knows no models
    from regard.core.models import Store


HALF_PAGE, WHOLE_PAGE, PHONE = 440, 1_040, 280  # widths of drawings, axis and names not counted


class Series(msgspec.Struct, frozen=True):
    """Values at the places of a drawing; None where there is none."""

    label: str
    values: tuple[float | None, ...]


class Level(msgspec.Struct, frozen=True):
    """A value that lines are compared with, such as a target: drawn across, with its name."""

    label: str
    value: float


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn, in plain values, so that equal figures give the same picture.

    places: along the axis, each a short text of its own. unit: of the values. lowest, highest: the ends of the
    axis of values; those of the values where not given. Bars are of one series, and begin at zero always. Of
    stacks the values of a place stand on each other, the first series on top.
    open_end: the last place is not over yet, and is drawn so. levels: drawn across lines. width: in pixels of a
    page; letters keep their size.
    """

    kind: Literal["line", "bars", "stacks"]
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    open_end: bool = False
    levels: tuple[Level, ...] = ()
    width: int = HALF_PAGE


@dataclass(frozen=True)
class Headline:
    """The number above a chart: its text, and what it moves from. good: see the tag `change`."""

    label: str
    text: str
    now: float | None
    before: float | None
    good: str = "up"
    digits: int = 0
    relative: bool = False
    n: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing with its words. Without rows there is nothing to draw yet, which `empty` says in words.

    summary: what it shows, for those who don't see it. n: what it rests on. definition: how it is computed. rows:
    the figures as people read them, under `headings`.
    """

    title: str
    summary: str
    n: str
    definition: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawing: Drawing
    headline: Headline | None = None
    empty: tuple[str, str] = ("", "")  # a title, and what will stand here


@dataclass(frozen=True)
class StoreChart:
    """A chart that a room makes of a store's figures, in the reader's language; members need the permission.

    queries: the most statements that `load` makes, which a test holds it to.
    """

    name: str
    title: str
    caption: str
    permission: str
    load: Callable[[Store], Chart]
    order: int = 50
    queries: int = 1


store_charts: Registry[StoreChart] = Registry("chart")
