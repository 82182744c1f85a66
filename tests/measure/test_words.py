"""Figures in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from regard.core.money import money_text
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.pages.figures import moved
from regard.measure.pages.words import part_name, plain_value


@pytest.mark.parametrize(
    ("language", "text"), [("en", "−12.5 %, −4.3 points"), ("de", "−12,5 %, −4,3 Punkte")]
)
def test_moves_are_written_as_the_reader_writes_numbers(language: str, text: str):
    with translation.override(language):
        assert moved(CATALOGUE["on_time_rate"], None, -4.3, -12.5, "worse").text == text


@pytest.mark.parametrize(("language", "name"), [("en", "Germany"), ("de", "Deutschland")])
def test_countries_have_names(language: str, name: str):
    with translation.override(language):
        assert part_name("country", "DE") == name
        assert part_name("carrier_and_country", "Swiftline · DE") == f"Swiftline · {name}"
        assert part_name("country", "Chile") == "Chile"


def test_what_nobody_told_is_said():
    assert part_name("country", "") == "not told"
    assert part_name("carrier_and_country", " · ") == "not told · not told"


def test_amounts_are_written_one_way():
    """The figure of a metric as anything else of a page: thousands are set apart, in the reader's way."""
    assert plain_value("money", "EUR", 1_187_530) == "11,875.30"
    assert money_text(1_187_530, "EUR") == "11,875.30 EUR"
    with translation.override("de"):
        assert plain_value("money", "EUR", 1_187_530) == "11.875,30"
        assert plain_value("count", None, 12_345.5) == "12.345,50"
