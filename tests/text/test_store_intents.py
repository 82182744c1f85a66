from __future__ import annotations

import csv
import random

import pytest

from regard.text.store_intents import NONE, Taught, fit_store_intents
from tests.conftest import shared_data

EXAMPLES = [
    Taught(text, "en", intent)
    for intent, texts in {
        "engraving": (
            "can you engrave a name on the ring", "do you do engraving", "I want initials engraved",
            "how much is an engraving", "engrave our wedding date please",
        ),
        "ring_size": (
            "how do I measure my finger", "what is my ring size", "the ring is too tight on my finger",
            "can the ring be resized", "do you have a ring sizer",
        ),
        NONE: ("where is my order", "good morning", "thanks a lot", "do you ship to Spain", "I forgot the code"),
    }.items()
    for text in texts
]  # fmt: skip


def surest(text: str, examples: list[Taught]) -> str:
    return fit_store_intents(examples).intents_of([text], ["en"])[0][0].name


def test_a_few_examples_are_enough():
    assert surest("could you engrave the letters AB", EXAMPLES) == "engraving"
    assert surest("I need to measure the size of my ring finger", EXAMPLES) == "ring_size"
    assert surest("what is the weather like", EXAMPLES) == "unknown"


def test_a_correction_counts_at_once():
    text = "can the letters inside be polished away"
    corrected = [
        *EXAMPLES,
        Taught(text, "en", "polishing"),
        Taught("please polish my bracelet", "en", "polishing"),
    ]
    assert surest(text, corrected) == "polishing"
    again = [*corrected, Taught(text, "en", "engraving")]
    likely = dict(
        zip(
            fit_store_intents(again).labels,
            fit_store_intents(again).probabilities([text], ["en"])[0],
            strict=True,
        )
    )
    assert likely["engraving"] > likely["polishing"]


def test_the_order_of_examples_does_not_matter():
    one, other = fit_store_intents(EXAMPLES), fit_store_intents(EXAMPLES[::-1])
    assert one.labels == other.labels
    assert one.probabilities(["engrave it"], ["en"]) == pytest.approx(
        other.probabilities(["engrave it"], ["en"]), abs=1e-3
    )


def test_an_intent_is_needed():
    with pytest.raises(ValueError, match="at least one example"):
        fit_store_intents([Taught("hello", "en", NONE)])


def test_real_traffic_of_a_shop():
    with shared_data("intents_hint3", "train", "sofmattress_train.csv").open(encoding="utf-8") as file:
        rows = [Taught(row["sentence"], "en", row["label"]) for row in csv.DictReader(file)]
    random.Random(1).shuffle(rows)
    held, kept = rows[: len(rows) // 5], rows[len(rows) // 5 :]
    model = fit_store_intents(kept)
    likely = model.probabilities([each.text for each in held], [each.language for each in held])
    right = [model.labels[each.argmax()] == row.intent for each, row in zip(likely, held, strict=True)]
    assert sum(right) > 0.7 * len(right)
