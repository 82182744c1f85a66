"""Texts as pages show them, and what one may choose from where they are judged."""

from __future__ import annotations

from dataclasses import dataclass

from regard.core.models import Store
from regard.listen.domain.labels import intent_label, theme_label
from regard.listen.domain.quotes import Quote
from regard.listen.domain.taught import known_intents
from regard.listen.models import Feeling, Urgency
from regard.text.language import UNKNOWN

TONES = {Feeling.NEGATIVE: "bad", Feeling.NEUTRAL: "", Feeling.POSITIVE: "good", Feeling.UNKNOWN: ""}
ICONS = {Feeling.NEGATIVE: "face-frown", Feeling.POSITIVE: "face-smile"}


@dataclass(frozen=True)
class ShownQuote:
    quote: Quote
    tone: str
    icon: str
    intents: tuple[str, ...]
    themes: tuple[tuple[int, str], ...]
    urgency: str


def shown_quote(quote: Quote) -> ShownQuote:
    held = quote.understanding
    feeling = Feeling(held.feeling or Feeling.UNKNOWN)
    urgency = Urgency(held.urgency or Urgency.LOW)
    return ShownQuote(
        quote=quote,
        tone=TONES[feeling],
        icon=ICONS.get(feeling, ""),
        intents=tuple(intent_label(intent) for intent in held.intents if intent != UNKNOWN),
        themes=tuple((number, theme_label(name)) for number, name in quote.themes),
        urgency=str(urgency.label) if urgency == Urgency.URGENT else "",
    )


def intent_choices(store: Store) -> list[tuple[str, str]]:
    return sorted(
        ((name, intent_label(name)) for name in known_intents(store)), key=lambda each: each[1].lower()
    )


def feeling_choices() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Feeling.choices if value != Feeling.UNKNOWN]
