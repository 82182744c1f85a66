from __future__ import annotations

from regard.text.duplicates import near_duplicates

LETTER = "I ordered the blue jacket two weeks ago and it still has not arrived, please tell me where it is"


def test_copies_are_found():
    texts = [
        LETTER,
        "thank you",
        LETTER + "!",
        "where is my refund for the shoes",
        LETTER.upper(),
        "Thank you",
    ]
    assert near_duplicates(texts) == [[0, 2, 4], [1, 5]]


def test_different_texts_are_not():
    assert (
        near_duplicates(["the shoes are too small", "the shoes are too large and the colour is off", ""])
        == []
    )
    assert near_duplicates([]) == []


def test_a_text_with_a_word_changed_is_near():
    assert near_duplicates([LETTER, LETTER.replace("two", "three")], alike=0.6) == [[0, 1]]
