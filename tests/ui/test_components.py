"""Components: the guide shows each, changes and small lines say what numbers say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from regard.ui.date_range import DateRange, asked_day, date_range_of
from regard.ui.templatetags.figures import change, rounded, share_width, sparkline, whole
from regard.ui.templatetags.ui import initials
from regard.web.pages.styleguide import TEMPLATES, components

FRAMES = {"base", "page", "entrance", "mark", "store_switch", "rail_foot", "palette", "page_head", "form"}
WITHIN = {"table_head", "palette_options", "colour"}  # shown as a part of another


def test_the_guide_shows_every_component():
    templates = {path.stem for path in TEMPLATES.glob("*.html")}
    shown = {component.name for component in components()}
    assert templates - FRAMES - WITHIN - shown == set()
    assert shown - templates == {"button", "drawer", "setting", "table"}  # made of classes alone


def test_every_component_names_its_variables():
    assert [
        path.stem for path in TEMPLATES.glob("*.html") if not path.read_text().startswith(("{#", "{% load"))
    ] == []


@pytest.mark.parametrize(
    "case",
    [
        (12, 8, {}, "+4", "good", "better"),
        (8, 12, {}, "−4", "bad", "worse"),
        (8, 12, {"good": "down", "unit": "h"}, "−4 h", "good", "better"),
        (8, 12, {"good": ""}, "−4", "", "less"),
        (8, 8, {}, "±0", "", "unchanged"),
        (110, 100, {"relative": True}, "+10 %", "good", "better"),
        (-5, -10, {"relative": True}, "+50 %", "good", "better"),
        (4.26, 4.2, {"digits": 1}, "+0.1", "good", "better"),
    ],
)  # fmt: skip
def test_change(case: tuple):
    now, before, options, *expected = case
    said = change(now, before, **options)
    assert [said["text"], said["tone"], said["word"]] == expected


@pytest.mark.parametrize(("now", "before", "relative"), [(None, 1, False), (1, None, False), (3, 0, True)])
def test_no_change_where_there_is_nothing_to_compare(now: float | None, before: float | None, relative: bool):
    assert change(now, before, relative=relative) == {"text": ""}


def test_a_small_line_leaves_gaps_and_ends_in_a_dot():
    line = sparkline([0, 10, None, 5, 10])
    assert line["path"] == "M3.0 21.0 L25.5 3.0 M70.5 12.0 L93.0 3.0"
    assert (line["x"], line["y"]) == ("93.0", "3.0")
    assert [sparkline(values)["path"] for values in ([], [1], [None, 1])] == ["", "", ""]


def test_drawings_keep_their_points_where_numbers_have_commas(settings):
    settings.LANGUAGE_CODE = "de"
    drawn = Template("{% sparkline values %}").render(Context({"values": [1, 2, 4]}))
    assert 'd="M3.0 21.0 L48.0 15.0 L93.0 3.0"' in drawn
    assert 'cx="93.0"' in drawn


def test_numbers_as_people_read_them():
    assert [whole(1234567), whole(None), rounded(4.25), rounded(77.7778), rounded(None), rounded(4.25, 2)] == [
        "1,234,567", "–", "4.2", "77.8", "–", "4.25",
    ]  # fmt: skip
    assert [share_width(share) for share in (0, 0.0001, 0.5, 1)] == ["0", "0.6", "50.0", "100"]


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(0, 800), st.sampled_from(["previous", "year", ""]))
def test_what_is_compared_with_is_as_long_and_before(first: date, length: int, compare: str):
    asked = {
        "span": "own", "from": first.isoformat(), "compare": compare,
        "to": (first + timedelta(days=length)).isoformat(),
    }  # fmt: skip
    found = date_range_of(asked, today=date(2026, 1, 1))
    assert (found.first, found.days) == (first, length + 1)
    if found.before is None:
        assert compare == ""
        return
    start, end = found.before
    assert end - start == found.last - found.first
    assert end == first - timedelta(days=1) if compare == "previous" else start == first - timedelta(days=364)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"span": "own", "from": "yesterday"},
        {"span": "own", "from": "2026-03-01", "to": "2026-02-01"},
        {"span": "soon", "compare": "previous"},
        {"span": "28"},
    ],
)
def test_what_makes_no_sense_is_the_last_four_weeks(asked: dict[str, str]):
    expected = DateRange(date(2026, 2, 1), date(2026, 2, 28), "28", "previous")
    found = date_range_of(asked, today=date(2026, 2, 28))
    assert replace(found, wrong="", told=("", "")) == expected
    assert bool(found.wrong) == (asked.get("span") == "own")
    assert found.told == ((asked["from"], asked.get("to", "")) if found.wrong else ("", ""))


@pytest.mark.parametrize(
    ("begins", "before"),
    [
        (None, (date(2026, 1, 4), date(2026, 1, 31))),
        (date(2026, 1, 4), (date(2026, 1, 4), date(2026, 1, 31))),
        (date(2026, 1, 5), None),
    ],
)
def test_nothing_is_compared_with_what_is_not_wholly_on_record(
    begins: date | None, before: tuple[date, date]
):
    found = date_range_of({}, today=date(2026, 2, 28))
    told = replace(found, history_from=begins)
    assert (told.before, told.lacks_history) == (before, before is None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-01-01", date(1990, 1, 1)), ("2199-12-31", date(2199, 12, 31)), ("1989-12-31", None),
        ("2200-01-01", None), ("9999-12-31", None), ("2026-02-30", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_asked_for_within_bounds(text: str, day: date | None):
    assert asked_day(text) == day
    found = date_range_of({"span": "own", "from": "2026-01-01", "to": text}, today=date(2026, 2, 28))
    assert found.span == ("own" if day and day.year > 2000 else "28")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ägent <i>", "ÄI"), ("ana@acme.example", "AA"), ("Ana de Wit", "AD"), ("7 (Bo)", "B"), ("42", "")],
)
def test_initials_are_letters(name, letters):
    assert initials(name) == letters
