"""Texts as pages show them, and what one may choose from where they are judged."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest
from regard.core.models import Store
from regard.core.registry import feedback_actions
from regard.listen.domain.labels import intent_label, theme_label
from regard.listen.domain.quotes import Quote
from regard.listen.domain.taught import known_intents
from regard.listen.models import Feeling, Urgency
from regard.text.language import UNKNOWN

TONES = {Feeling.NEGATIVE: "bad", Feeling.NEUTRAL: "", Feeling.POSITIVE: "good", Feeling.UNKNOWN: ""}
ICONS = {Feeling.NEGATIVE: "face-frown", Feeling.POSITIVE: "face-smile"}


@dataclass(frozen=True)
class ShownAction:
    """Something to make of a text or theme; its id is to follow `url`, after `text=` or `theme=`."""

    label: str
    url: str
    icon: str


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


def actions_for(request: StoreRequest) -> list[ShownAction]:
    """What the reader may make of texts and themes, as the rooms above offer it."""
    return [
        ShownAction(_(each.label), reverse(each.url_name, args=[request.store.slug]) + "?", each.icon)
        for each in feedback_actions
        if role_allows(request.member.role, each.permission)
    ]


def intent_choices(store: Store) -> list[tuple[str, str]]:
    return sorted(
        ((name, intent_label(name)) for name in known_intents(store)), key=lambda each: each[1].lower()
    )


def feeling_choices() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Feeling.choices if value != Feeling.UNKNOWN]
