from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from regard.text.language import UNDERSTOOD, language_of

LINES = [line.split("\t") for line in (Path(__file__).parent / "language_lines.txt").read_text().splitlines()]
# Danish and Norwegian, Czech and Slovak, Bulgarian and Russian share most words of a short line.
HARD = {"da", "no", "cs", "sk", "bg", "ru", "ro"}


def lines_by_language() -> dict[str, list[str]]:
    lines = defaultdict(list)
    for code, text in LINES:
        lines[code].append(text)
    return lines


@pytest.mark.parametrize("code", sorted({code for code, _ in LINES} - HARD))
def test_lines_of_a_shop(code: str):
    told = {text: language_of(text).code for text in lines_by_language()[code]}
    assert told == dict.fromkeys(told, code)


def test_near_relatives_are_mostly_told_apart():
    hard = [(code, text) for code, text in LINES if code in HARD]
    assert sum(language_of(text).code == code for code, text in hard) >= 0.75 * len(hard)


def test_more_than_twenty_languages_are_tried():
    assert len(lines_by_language()) > 20
    assert set(UNDERSTOOD) < set(lines_by_language())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "12", "🙂", "\ud800", "a" * 100_000, "\x00\x01"])
def test_anything_is_a_text(text: str):
    assert 0 <= language_of(text).confidence <= 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Hallo, mein Paket ist nicht da. Order 4821-A, tracking 1Z999AA10123456784, https://a.example/x",
            "de",
        ),
        ("WO IST MEIN PAKET???!!!", "de"),
        ("Merci 😍😍😍 c'est parfait", "fr"),
        (
            "Hi team, la robe est arrivée hier mais elle est beaucoup trop petite, je voudrais la renvoyer",
            "fr",
        ),
    ],
)
def test_lines_with_other_things_in_them(text: str, code: str):
    assert language_of(text).code == code
