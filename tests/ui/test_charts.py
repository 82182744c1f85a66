"""Charts: drawn once, in the page's colours, with all of their words and figures."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.charts.rendering import _pen, drawn

PLACES = ("5 Oct", "12 Oct", "19 Oct")


@pytest.fixture(autouse=True)
def _own_cache(settings, tmp_path) -> Iterator[None]:
    location = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    settings.CACHES = {**settings.CACHES, "charts": location}
    caches["charts"].clear()
    yield
    caches["charts"].clear()


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Iterator[None]:
    yield
    _pen().end()


def line(*values: float | None, label: str = "Stars") -> Drawing:
    second = Series("Other", (1.0, 2.0, 3.0))
    return Drawing(
        kind="line", places=PLACES, series=(Series(label, values), second), lowest=1, highest=5, open_end=True
    )


def chart(
    drawing: Drawing, *rows: tuple[str, ...], headings: tuple[str, ...] = ("Week", "Stars", "Other")
) -> Chart:
    return Chart(
        title="Stars a week", summary="Stars rise.", n="n = 3.", definition="Mean of stars.",
        headings=headings, rows=rows, drawing=drawing, empty=("No reviews yet", "They will stand here."),
    )  # fmt: skip


def test_a_drawing_takes_its_colours_from_the_page_and_names_its_lines():
    svg = drawn(line(4.0, None, 4.5)).decode()
    assert svg.startswith("<svg ")
    assert "var(--chart-1)" in svg
    assert "var(--chart-2)" in svg
    assert "#" not in svg.replace("url(#", "")
    assert ">Stars<" in svg
    assert ">Other<" in svg
    assert "style=" not in svg  # the policy would refuse it


def test_what_people_named_cannot_break_out_of_a_drawing():
    assert "<script" not in drawn(line(1, 2, 3, label="</text><script>alert(1)</script>")).decode()


def test_the_same_is_drawn_once():
    first = drawn(line(4.0, 4.1, 4.2))
    _pen().end()
    assert drawn(line(4.0, 4.1, 4.2)) == first
    assert _pen().process is None


def test_a_drawing_process_that_died_is_started_again():
    drawn(line(1.0, 1.1, 1.2))
    os.kill(_pen().process.pid, signal.SIGKILL)
    assert drawn(line(2.0, 2.1, 2.2)).startswith(b"<svg ")


def test_a_drawing_that_fails_leaves_the_figures(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    _pen().end()
    page = chart_page(
        RequestFactory().get("/"), chart(line(1, 2, 3.5), ("5 Oct", "1.0", "1"))
    ).content.decode()
    assert "could not be made" in page
    assert '<details class="how" open>' in page
    assert "Mean of stars. n = 3." in page


def test_a_chart_without_figures_says_what_will_stand_there():
    page = chart_page(RequestFactory().get("/"), chart(line(None, None, None))).content.decode()
    assert "No reviews yet" in page
    assert '<svg class="marks"' not in page


def test_files_of_a_chart():
    rows = (("5 Oct", "4.0", "1"), ("12 Oct", "–", "2"), ("19 Oct", "4.5", "3"))
    csv = chart_file(chart(line(4.0, None, 4.5), *rows), name="stars", form="csv")
    assert csv.content.decode() == "Week,Stars,Other\r\n5 Oct,4,1\r\n12 Oct,,2\r\n19 Oct,4.5,3\r\n"
    assert csv.headers["Content-Disposition"] == 'attachment; filename="stars.csv"'
    png = chart_file(chart(line(4.0, None, 4.5), *rows), name="stars", form="png")
    assert png.content.startswith(b"\x89PNG")
    with pytest.raises(Http404):
        chart_file(chart(line(4.0, None, 4.5), *rows), name="stars", form="pdf")
    with pytest.raises(Http404):
        chart_file(chart(line(4.0, None, 4.5)), name="stars", form="png")


def test_figures_that_are_not_drawn_cannot_run_in_a_spreadsheet():
    risky = chart(line(1, 2, 3), ("=1+1", "+2"), headings=("Week", "=Sum"))
    assert chart_file(risky, name="x", form="csv").content.decode() == "Week,'=Sum\r\n=1+1,'+2\r\n"


def test_numbers_along_the_axis_are_written_as_the_reader_does() -> None:
    drawing = Drawing(kind="bars", places=PLACES, series=(Series("Orders", (0.0, 2500.0, 4000.0)),))
    assert ">4,000<" in drawn(drawing).decode()
    with translation.override("de"):
        assert ">4.000<" in drawn(drawing).decode()
