"""From a drawing to SVG and PNG, by Altair and vl-convert. Only the process that draws imports this."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import altair as alt
import vl_convert

from regard.ui.charts.chart import WHOLE_PAGE, Drawing
from regard.ui.charts.colours import DASHES, LINE, MUTED, SERIES, SURFACE, TEXT, on_paper

RANKED = (0, 2, 4, 1, 3, 5)  # of the colours of series
HEIGHT, TALL = 170, 280  # of half a page, and of a whole one
NAME_WIDTH, NAME_HEIGHT = 140, 15  # that the name of a line may take
PADDING = 5  # around all
NAME_ROOM = 30  # to the right, since the reader's letters may be wider than the engine's
TICKS = 4
PLACE_WIDTH = 80  # of a label along the axis
# The engine marks each part of a drawing as a graphic of its own, which would then have to have a name.
ROLES = re.compile(r' (role="graphics-\w+"|aria-(roledescription|hidden)="[\w -]*")')
CONFIG: dict[str, Any] = {
    "aria": False,  # the page says in words what is drawn
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelPadding": 6,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False, "tickCount": TICKS},
    "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round"},
    "title": {
        "anchor": "start",
        "color": TEXT,
        "fontSize": 16,
        "fontWeight": "bold",
        "subtitleColor": MUTED,
        "subtitleFontSize": 12,
        "offset": 16,
    },
}


def svg_of(drawing: Drawing, signs: tuple[str, str]) -> str:
    """For a page: its colours are the page's variables. signs: of the decimals and of the thousands."""
    return ROLES.sub("", _svg(_picture(drawing), signs))


def png_of(drawing: Drawing, signs: tuple[str, str], *, title: str, subtitle: str) -> bytes:
    """For a file, at three times the size; what stands alone carries its title and what it rests on."""
    picture = _picture(drawing).properties(title=alt.TitleParams(title, subtitle=subtitle))
    svg = on_paper(_svg(picture, signs))
    svg = svg.replace("<g", '<rect width="100%" height="100%" fill="#ffffff"/><g', 1)
    png: bytes = vl_convert.svg_to_png(svg, scale=3)
    return png


def _svg(picture: Any, signs: tuple[str, str]) -> str:
    locale = {"decimal": signs[0], "thousands": signs[1], "grouping": [3], "currency": ["", ""]}
    svg: str = vl_convert.vegalite_to_svg(picture.to_dict(), config=CONFIG, format_locale=locale)
    return svg


def _picture(drawing: Drawing) -> Any:
    layers = {"line": _lines, "bars": _bars, "stacks": _stacks}[drawing.kind](drawing)
    right = NAME_ROOM if len(drawing.series) > 1 else PADDING
    padding = {"left": PADDING, "top": PADDING, "bottom": PADDING, "right": right}
    return alt.layer(*layers).properties(width=drawing.width, height=_height(drawing), padding=padding)


def _height(drawing: Drawing) -> int:
    return TALL if drawing.width >= WHOLE_PAGE else HEIGHT


def _values(drawing: Drawing) -> Iterator[dict[str, Any]]:
    last = len(drawing.places) - 1
    for series in drawing.series:
        for number, (place, value) in enumerate(zip(drawing.places, series.values, strict=True)):
            if value is not None:
                yield {
                    "place": place,
                    "value": value,
                    "series": series.label,
                    "open": drawing.open_end and number == last,
                }


def _base(drawing: Drawing) -> Any:
    """Places along the axis in their order, a few of them named; series by colour and dash."""
    step = max(1, -(-len(drawing.places) * PLACE_WIDTH // drawing.width))
    named = list(drawing.places[::-1][::step])
    names = [series.label for series in drawing.series]
    colours = alt.Scale(domain=names, range=list(_colours(drawing)[: len(names)]))
    return alt.Chart(_data(_values(drawing))).encode(
        x=alt.X("place:O", sort=list(drawing.places), title=None, scale=alt.Scale(domain=list(drawing.places)),
                axis=alt.Axis(values=named, labelAngle=0, labelOverlap=False)),
        y=_values_axis(drawing, "value"),
        color=alt.Color("series:N", legend=None, scale=colours),
    )  # fmt: skip


def _colours(drawing: Drawing) -> Sequence[str]:
    """Of stacks the best comes first and the worst last, as blue, green, ochre and red are read."""
    return [SERIES[place] for place in RANKED] if drawing.kind == "stacks" else SERIES


def _values_axis(drawing: Drawing, field: str) -> Any:
    """The axis of values, with the unit above it."""
    scale = alt.Scale(domain=_ends(drawing), nice=False, zero=False)
    title = alt.Axis(titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-12, titleX=-24)
    return alt.Y(f"{field}:Q", title=drawing.unit or None, scale=scale, axis=title)


def _ends(drawing: Drawing) -> list[float]:
    """Of the axis of values: those asked for, or round numbers around all that is drawn."""
    values = [value for series in drawing.series for value in series.values if value is not None]
    values += [part["top"] for part in _stacked(drawing)] if drawing.kind == "stacks" else []
    values += [level.value for level in drawing.levels]
    values += [0.0] if drawing.kind != "line" or not values else []
    low = drawing.lowest if drawing.lowest is not None else min(values)
    high = drawing.highest if drawing.highest is not None else max(values)
    if high <= low:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = _round_step((high - low) / TICKS)
    bottom = low if drawing.lowest is not None else math.floor(low / step) * step
    top = high if drawing.highest is not None else math.ceil(high / step) * step
    return [bottom, top]


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))


def _data(values: Iterable[dict[str, Any]]) -> Any:
    return alt.Data(values=list(values))  # type: ignore[no-untyped-call]


def _lines(drawing: Drawing) -> list[Any]:
    names = [series.label for series in drawing.series]
    dash = alt.StrokeDash(
        "series:N", legend=None, scale=alt.Scale(domain=names, range=list(DASHES[: len(names)]))
    )
    base = _base(drawing)
    over = base.transform_filter("!datum.open")
    lines = base.mark_line(opacity=0.45).encode(strokeDash=alt.value([2, 4]))
    whole = over.mark_line().encode(strokeDash=dash)
    points = over.mark_point(filled=True, size=28, opacity=1)
    still = base.transform_filter("datum.open").mark_point(size=40, opacity=1, fill=SURFACE, strokeWidth=2)
    drawn = [*([lines] if drawing.open_end else []), whole, points, still]
    return [*_levels(drawing), *drawn, *_end_labels(drawing, base)]


def _bars(drawing: Drawing) -> list[Any]:
    bars = _base(drawing).mark_bar(cornerRadiusEnd=2, width={"band": 0.7}, strokeWidth=1.5).encode(
        fillOpacity=alt.condition("datum.open", alt.value(0.15), alt.value(1)),
        stroke=alt.Stroke("series:N", legend=None, scale=alt.Scale(
            domain=[series.label for series in drawing.series], range=list(SERIES[: len(drawing.series)]))),
    )  # fmt: skip
    return [bars]


def _stacks(drawing: Drawing) -> list[Any]:
    """Parts on each other, with their names beside the last stack, at the middle of each."""
    base = _base(drawing).properties(data=_data(_stacked(drawing)))
    parts = base.mark_bar(width={"band": 0.75}, stroke=SURFACE, strokeWidth=1).encode(
        y=_values_axis(drawing, "bottom"),
        y2="top:Q",
        fillOpacity=alt.condition("datum.open", alt.value(0.45), alt.value(1)),
    )
    parted = _stacked(drawing)
    places = [part["place"] for part in parted]
    last = max(places, key=drawing.places.index, default="")
    ends = [
        part | {"value": (part["bottom"] + part["top"]) / 2}
        for part in parted
        if part["place"] == last and part["top"] > part["bottom"]
    ]
    marks = base.properties(data=_data(_apart(ends, drawing)))
    names = marks.mark_text(align="left", dx=16, fontSize=12, limit=NAME_WIDTH)
    return [parts, names.encode(text="series:N", y=alt.Y("beside:Q", title=drawing.unit or None))]


def _stacked(drawing: Drawing) -> list[dict[str, Any]]:
    """The values with the ends between which each stands."""
    height: dict[str, float] = {}
    parts = []
    for value in reversed(list(_values(drawing))):  # the last series stands on the ground
        bottom = height.get(value["place"], 0.0)
        height[value["place"]] = bottom + value["value"]
        parts.append(value | {"bottom": bottom, "top": height[value["place"]]})
    return parts


def _end_labels(drawing: Drawing, base: Any) -> list[Any]:
    """The name of each line beside its end: quicker to read than a legend. One line needs none."""
    if len(drawing.series) < 2:
        return []
    last: dict[str, dict[str, Any]] = {}
    for series in drawing.series:
        for place, value in zip(drawing.places, series.values, strict=True):
            if value is not None:
                last[series.label] = {"place": place, "value": value, "series": series.label}
    marks = base.properties(data=_data(_apart(list(last.values()), drawing)))
    names = marks.mark_text(align="left", dx=10, fontSize=12, limit=NAME_WIDTH)
    return [names.encode(text="series:N", y=alt.Y("beside:Q", title=drawing.unit or None))]


def _apart(ends: list[dict[str, Any]], drawing: Drawing) -> list[dict[str, Any]]:
    """Where the names stand: beside the ends of their lines, pushed apart as far as letters are high, and all of
    them within the drawing."""
    bottom, top = _ends(drawing)
    gap = NAME_HEIGHT * (top - bottom) / _height(drawing)
    lowest = bottom
    for end in sorted(ends, key=lambda each: each["value"]):
        end["beside"] = max(end["value"], lowest)
        lowest = end["beside"] + gap
    highest = top
    for end in sorted(ends, key=lambda each: -each["beside"]):
        end["beside"] = min(end["beside"], highest)
        highest = end["beside"] - gap
    return ends


def _levels(drawing: Drawing) -> list[Any]:
    """Across the drawing, with their names at its beginning, above the line, or below where another is as high."""
    if not drawing.levels:
        return []
    bottom, top = _ends(drawing)
    near = NAME_HEIGHT * (top - bottom) / _height(drawing)
    first, layers = drawing.levels[0], []
    for level in drawing.levels:
        is_low = top - level.value < near or (level is not first and 0 <= first.value - level.value < near)
        at = alt.Y("level:Q", title=drawing.unit or None)
        data = alt.Chart(_data([{"level": level.value, "name": level.label}]))
        rule = data.mark_rule(strokeDash=[3, 4], strokeWidth=1.25, color=MUTED).encode(y=at)
        name = data.mark_text(align="left", baseline="top" if is_low else "bottom", dx=4, dy=3 if is_low else -3,
                              fontSize=12, color=MUTED).encode(x=alt.value(0), y=at, text="name:N")  # fmt: skip
        layers += [rule, name]
    return layers
