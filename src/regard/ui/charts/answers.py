"""A chart as an answer: a part of a page, or a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from regard.ui.charts.chart import HALF_PAGE, PHONE, Chart, Drawing
from regard.ui.charts.rendering import DrawingFailedError, drawn

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # begins what spreadsheets would run


def chart_page(
    request: HttpRequest, chart: Chart, *, template: str = "ui/chart.html", **more: Any
) -> HttpResponse:
    """The drawing with its figures, to stand in a chart card. more: what a template of one's own shows besides.

    One as wide as a page is drawn for phones too, whose letters would be too small else.
    """
    return render(request, template, chart_context(chart) | more)


def chart_context(chart: Chart) -> dict[str, Any]:
    """What the component ui/chart.html shows of it."""
    is_wide = chart.drawing.width > HALF_PAGE
    return {
        "svg": _svg(chart, chart.drawing),
        "phone_svg": _svg(chart, msgspec.structs.replace(chart.drawing, width=PHONE)) if is_wide else "",
        "chart": chart,
        "empty_title": chart.empty[0],
        "empty_text": chart.empty[1],
    }


def _svg(chart: Chart, drawing: Drawing) -> SafeString | str:
    if not chart.rows:
        return ""
    try:
        # What stands in it is ours and was escaped by the engine that drew it.
        return mark_safe(drawn(drawing).decode())  # noqa: S308
    except DrawingFailedError:
        return ""


def chart_file(chart: Chart, *, name: str, form: str) -> HttpResponse:
    """The figures as CSV, or the picture as PNG. Raises Http404 for another form, or when there is no picture."""
    if form == "csv":
        response = HttpResponse(_csv(chart), content_type="text/csv; charset=utf-8")
    elif form == "png" and chart.rows:
        response = HttpResponse(_png(chart), content_type="image/png")
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _png(chart: Chart) -> bytes:
    try:
        return drawn(
            chart.drawing, form="png", title=chart.title, subtitle=f"{chart.definition} {chart.n}".strip()
        )
    except DrawingFailedError as error:
        raise Http404 from error


def _csv(chart: Chart) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(map(_harmless, chart.headings))
    values = [[str(row[0]), *_plain(chart, number)] for number, row in enumerate(chart.rows)]
    writer.writerows(values)
    return file.getvalue()


def _plain(chart: Chart, number: int) -> list[str]:
    """The figures of a row as programs read them, where they are drawn; else as people do."""
    if len(chart.rows) != len(chart.drawing.places) or len(chart.headings) != 1 + len(chart.drawing.series):
        return [_harmless(cell) for cell in chart.rows[number][1:]]
    values = [series.values[number] for series in chart.drawing.series]
    return ["" if value is None else f"{value:g}" if value % 1 else str(int(value)) for value in values]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
