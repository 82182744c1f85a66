"""How soon somebody should read a text: low, normal, high or urgent, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from regard.text.features import tokens_of
from regard.text.intents import Intent
from regard.text.language import UNDERSTOOD
from regard.text.lexicon import FALLBACK, concepts_of
from regard.text.sentiment import Sentiment

LEVELS = ("low", "normal", "high", "urgent")
# What each reason adds; at 1 a text is normal, at 2 high, at 4 urgent.
WEIGHTS = {
    "danger": 4, "legal": 4, "deadline": 2, "anger": 1, "negative": 1, "trouble": 1, "written before": 1,
    "loud": 1, "asks": 1,
}  # fmt: skip
TROUBLE = {
    "cancel_order",
    "change_address",
    "lost_package",
    "damaged_item",
    "wrong_item",
    "payment_problem",
    "complaint",
}
SETTLED = {"solved", "praise"}
LOUD_SHARE = 0.7  # of letters that are capitals
LOUD_FROM = 15  # letters
STEPS = ((4, "urgent"), (2, "high"), (1, "normal"), (0, "low"))


class Urgency(NamedTuple):
    """level: of `LEVELS`. reasons: those of `WEIGHTS` that hold."""

    level: str
    reasons: tuple[str, ...]


def urgency_of(text: str, language: str, *, intents: Sequence[Intent], sentiment: Sentiment) -> Urgency:
    """The urgency of a text of which intents and feeling are known."""
    wanted = {intent.name for intent in intents}
    bad = sentiment.label == "negative"
    said = concepts_said(text, language)
    holds = {
        "danger": "safety" in said and bad,
        "legal": "legal_threat" in wanted,
        "deadline": "urgent" in said and not wanted & SETTLED,
        "anger": "anger" in sentiment.emotions,
        "negative": bad,
        "trouble": bool(wanted & TROUBLE),
        "written before": {"answer", "nobody"} <= said,
        "loud": is_loud(text),
        "asks": "?" in text or not wanted <= SETTLED | {"unknown"},
    }
    reasons = tuple(reason for reason, held in holds.items() if held)
    points = sum(WEIGHTS[reason] for reason in reasons)
    return Urgency(next(level for least, level in STEPS if points >= least), reasons)


def concepts_said(text: str, language: str) -> set[str]:
    """The concepts of `lexicon` that a text names, whether or not it denies them."""
    concepts = concepts_of(tokens_of(text), language if language in UNDERSTOOD else FALLBACK)
    return {concept for each in concepts for concept in each}


def is_loud(text: str) -> bool:
    """Whether a text is written in capitals, or with many exclamation marks."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return "!!!" in text or (len(letters) >= LOUD_FROM and capitals >= LOUD_SHARE * len(letters))
