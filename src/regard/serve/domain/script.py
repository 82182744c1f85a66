"""The script that stands in a shop's pages, with the prompts that are on embedded.

Whoever reads it sees the texts and conditions of what is on, and neither the names that the store gave nor
what is off.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from django.urls import reverse

from regard.core.models import Store
from regard.core.script_safe import script_safe
from regard.serve.domain.waiting import has_messages
from regard.serve.models import Kind, Prompt, ShopWindow, Trigger
from regard.survey.domain.published import definition_of
from regard.survey.models import SurveyState
from regard.ui.legible import DARK, LIGHT, OUR_COLOUR, legible

NO_MESSAGES = "const collect = () => 0;"
LARGEST = 5_000  # bytes when packed, what stands in it included
PLACE = "/*CONFIGURATION*/"
MESSAGES_PLACE = "/*MESSAGES*/"
CLOSE = {
    "ar": "إغلاق", "de": "Schließen", "en": "Close", "es": "Cerrar", "fr": "Fermer", "he": "סגירה",
    "it": "Chiudi", "nl": "Sluiten", "pl": "Zamknij", "pt": "Fechar", "tr": "Kapat",
}  # fmt: skip


def script_of(window: ShopWindow) -> str:
    """Two queries."""
    told = _configuration_of(window)
    if not has_messages(window.store):
        return script_with(told)
    address = reverse("shop_message", args=[window.token])
    return script_with({**told, "messages": address}, source=_source(with_messages=True))


def script_with(told: Mapping[str, Any], *, source: str = "") -> str:
    """source: other than that of prompts alone."""
    return (source or _source()).replace(PLACE, script_safe(told))


def packed_size(store: Store) -> int:
    """Of what prompts need of it, in bytes, as it would be sent. Two queries."""
    window = ShopWindow.objects.select_related("store").get(store=store)
    return len(gzip.compress(script_with(_configuration_of(window)).encode()))


def _configuration_of(window: ShopWindow) -> dict[str, Any]:
    """One query."""
    prompts = [told for each in _prompts_on(window.store) if (told := told_of(each))]
    return configuration(window.store, prompts, pause_minutes=window.pause_minutes)


def configuration(
    store: Store, prompts: Sequence[Mapping[str, Any]], *, pause_minutes: int, is_preview: bool = False
) -> dict[str, Any]:
    """What the script is told. Names are short, since every visitor loads them."""
    colour = store.colour or OUR_COLOUR
    spoken = {language.partition("-")[0] for each in prompts for language in each["texts"]}
    return {
        "pause": pause_minutes * 60_000,
        "light": legible(colour, LIGHT),
        "dark": legible(colour, DARK),
        "close": {"en": CLOSE["en"], **{code: CLOSE[code] for code in sorted(spoken & CLOSE.keys())}},
        "prompts": list(prompts),
        **({"preview": True} if is_preview else {}),
    }


def told_of(prompt: Prompt) -> dict[str, Any] | None:
    """A prompt as the script reads it, without what is as usual; None for a survey that nobody can answer now."""
    content = _survey(prompt) if prompt.kind == Kind.SURVEY else _message(prompt)
    if content is None:
        return None
    usual = {
        "device": "any",
        "share": 100,
        "visits": "any",
        "anyhow": False,
        "event": "",
        "in": [],
        "out": [],
    }
    told = {
        "id": prompt.pk, "on": prompt.trigger, "n": prompt.amount, "event": prompt.event,
        "in": prompt.included, "out": prompt.excluded, "device": prompt.device, "share": prompt.share,
        "visits": prompt.visits, "again": prompt.again_days, "anyhow": prompt.without_consent,
        "place": prompt.place,
    }  # fmt: skip
    if prompt.trigger == Trigger.LEAVING:
        del told["n"]
    return {name: value for name, value in told.items() if usual.get(name) != value} | content


def _message(prompt: Prompt) -> dict[str, Any]:
    texts = {
        language: {part: words for part, words in told.items() if words}
        for language, told in prompt.texts.items()
    }
    return {"texts": texts, **({"link": prompt.link} if prompt.link else {})}


def _survey(prompt: Prompt) -> dict[str, Any] | None:
    survey = prompt.survey
    if survey is None or survey.current is None or not survey.open_link or survey.state != SurveyState.LIVE:
        return None
    definition = definition_of(survey.current)
    first = definition.languages[0]
    titles = {each: definition.title.get(each) or definition.title[first] for each in definition.languages}
    return {
        "texts": {language: {"title": title} for language, title in titles.items()},
        "survey": survey.link,
    }


def _prompts_on(store: Store) -> list[Prompt]:
    rows = Prompt.objects.filter(store=store, is_on=True).select_related("survey__current")
    return list(rows.order_by("id"))


@cache
def _source(*, with_messages: bool = False) -> str:
    """Without what only its readers need; what fetches messages is there for those who have any."""
    shop = resources.files("regard.serve") / "shop"
    messages = (shop / "messages.js").read_text(encoding="utf-8") if with_messages else NO_MESSAGES
    text = (shop / "prompts.js").read_text(encoding="utf-8").replace(MESSAGES_PLACE, messages)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// ")) + "\n"
