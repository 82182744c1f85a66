"""From a drawing to SVG and PNG, by Altair and vl-convert. Only the process that draws imports this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import altair as alt
import vl_convert

from regard.ui.charts.chart import Drawing
from regard.ui.charts.colours import DASHES, LINE, MUTED, SERIES, SURFACE, TEXT, on_paper

WIDTH, HEIGHT = 440, 170  # as wide as half a page, so that its letters are as large as the page's
LABELS = 5  # along the axis, at most
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
    "axisY": {"domain": False, "ticks": False, "tickCount": 4},
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


def svg_of(drawing: Drawing) -> str:
    """For a page: its colours are the page's variables."""
    svg: str = vl_convert.vegalite_to_svg(_picture(drawing).to_dict(), config=CONFIG)
    return ROLES.sub("", svg)


def png_of(drawing: Drawing, *, title: str, subtitle: str) -> bytes:
    """For a file, at three times the size; what stands alone carries its title and what it rests on."""
    picture = _picture(drawing).properties(title=alt.TitleParams(title, subtitle=subtitle))
    svg = on_paper(vl_convert.vegalite_to_svg(picture.to_dict(), config=CONFIG))
    svg = svg.replace("<g", '<rect width="100%" height="100%" fill="#ffffff"/><g', 1)
    png: bytes = vl_convert.svg_to_png(svg, scale=3)
    return png


def _picture(drawing: Drawing) -> Any:
    layers = _lines(drawing) if drawing.kind == "line" else _bars(drawing)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


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
    step = max(1, -(-len(drawing.places) // LABELS))
    named = list(drawing.places[::-1][::step])
    names = [series.label for series in drawing.series]
    bottom = 0 if drawing.kind == "bars" else drawing.lowest
    ends: dict[str, Any] = {"domainMin": bottom, "domainMax": drawing.highest}
    known = {name: end for name, end in ends.items() if end is not None}
    scale = alt.Scale(nice=True, zero=drawing.kind == "bars", **known)
    return alt.Chart(_data(_values(drawing))).encode(
        x=alt.X("place:O", sort=list(drawing.places), title=None, scale=alt.Scale(domain=list(drawing.places)),
                axis=alt.Axis(values=named, labelAngle=0, labelOverlap=False)),
        y=alt.Y("value:Q", title=drawing.unit or None, scale=scale,
                axis=alt.Axis(titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-12, titleX=-24)),
        color=alt.Color("series:N", legend=None, scale=alt.Scale(domain=names, range=list(SERIES[: len(names)]))),
    )  # fmt: skip


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
    return [*([lines] if drawing.open_end else []), whole, points, still, *_end_labels(drawing, base)]


def _bars(drawing: Drawing) -> list[Any]:
    bars = _base(drawing).mark_bar(cornerRadiusEnd=2, width={"band": 0.7}, strokeWidth=1.5).encode(
        fillOpacity=alt.condition("datum.open", alt.value(0.15), alt.value(1)),
        stroke=alt.Stroke("series:N", legend=None, scale=alt.Scale(
            domain=[series.label for series in drawing.series], range=list(SERIES[: len(drawing.series)]))),
    )  # fmt: skip
    return [bars]


def _end_labels(drawing: Drawing, base: Any) -> list[Any]:
    """The name of each line beside its end: quicker to read than a legend. One line needs none."""
    if len(drawing.series) < 2:
        return []
    ends = [
        {"place": place, "value": value, "series": series.label}
        for series in drawing.series
        for place, value in list(zip(drawing.places, series.values, strict=True))[::-1]
        if value is not None
    ]
    last = {end["series"]: end for end in reversed(ends)}
    marks = base.properties(data=_data(last.values()))
    return [marks.mark_text(align="left", dx=10, fontSize=12).encode(text="series:N")]
