from __future__ import annotations

from pathlib import Path

import pytest

from regard.text.intents import SURE, intents_of
from regard.text.shipped import model_named

COMMON = [
    line.split("\t") for line in (Path(__file__).parent / "common_inquiries.tsv").read_text().splitlines()
]


def wanted(text: str, language: str = "en") -> list[str]:
    return [each.name for each in intents_of([text], [language])[0]]


def test_common_inquiries():
    """Written after the examples and never taught; the surest intent counts, and `unknown` where it must be."""
    told = intents_of([text for _, _, text in COMMON], [code for code, _, _ in COMMON])
    wrong = [
        (text, intent, each[0].name)
        for (_, intent, text), each in zip(COMMON, told, strict=True)
        if intent not in {one.name for one in each}
    ]
    assert len(wrong) <= 0.05 * len(COMMON), wrong


def test_several_at_once():
    found = wanted("Please cancel my order 5512. And when do I get my refund?")
    assert {"cancel_order", "refund"} <= set(found)


def test_confidences_fall_and_are_sure():
    for each in intents_of([text for _, _, text in COMMON], [code for code, _, _ in COMMON]):
        confidences = [one.confidence for one in each]
        assert confidences == sorted(confidences, reverse=True)
        assert each[0].name == "unknown" or confidences[-1] >= SURE


@pytest.mark.parametrize("text", ["", "?", "🙂🙂", "12", "a" * 10_000, "ok " * 5_000])
def test_anything_is_a_text(text: str):
    assert len(wanted(text)) >= 1


def test_a_foreign_language_is_unknown():
    assert wanted("Gdzie jest moje zamówienie?", "pl") == ["unknown"]


def test_every_label_has_examples_in_the_common_inquiries():
    tried = {intent for _, intent, _ in COMMON}
    assert set(model_named("intents").labels) - tried == {"praise"}
