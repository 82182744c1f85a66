"""The journeys that ship with Regard, ready to be switched on: a file each in `journey/playbooks/`.

What people read of them stands in other languages in `journey/playbook_words/`, a file each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from regard.core.languages import page_language
from regard.core.models import Store
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.reading import read_definition, read_yaml
from regard.journey.domain.definition.writing import definition_values
from regard.journey.domain.journeys import save_journey
from regard.journey.models import Journey

AVAILABLE = "available"  # the state of one that the store has not got yet


@dataclass(frozen=True)
class Playbook:
    """journey: the store's own, None while it has not got it."""

    definition: Definition
    journey: Journey | None

    @property
    def state(self) -> str:
        return self.journey.state if self.journey else AVAILABLE


@cache
def shipped_playbooks(language: str = "en") -> Mapping[str, Definition]:
    """By key, in the order of their files; in English where they are not written in the language."""
    found = (each for each in files("regard.journey").joinpath("playbooks").iterdir())
    texts = sorted((each.name, each.read_text("utf-8")) for each in found if each.name.endswith(".yaml"))
    definitions = [read_yaml(text) for _name, text in texts]
    words = _words(language)
    return {definition.key: _in_words(definition, words) for definition in definitions}


def playbooks_of(store: Store) -> list[Playbook]:
    """All that ship, in the store's language, as the store has them. One query."""
    shipped = shipped_playbooks(page_language(store.language))
    own = {journey.key: journey for journey in Journey.objects.filter(store=store, key__in=shipped)}
    return [Playbook(definition, own.get(key)) for key, definition in shipped.items()]


def add_playbook(store: Store, key: str, *, actor: str) -> Journey:
    """The store's own copy in its language, as a draft; one that it has stays as it is. Raises KeyError."""
    definition = shipped_playbooks(page_language(store.language))[key]
    known = Journey.objects.filter(store=store, key=key).first()
    return known or save_journey(store, definition, actor=actor)


def _words(language: str) -> Mapping[str, Any]:
    """What people read in a language: names and descriptions by key, other texts by their English."""
    file = files("regard.journey").joinpath("playbook_words", f"{language}.yaml")
    words: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}
    return words


def _in_words(definition: Definition, words: Mapping[str, Any]) -> Definition:
    if not words:
        return definition
    said = _said(definition_values(definition), words.get("texts", {}))
    return read_definition({**said, **words.get("playbooks", {}).get(definition.key, {})})


def _said(value: Any, texts: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {name: _said(each, texts) for name, each in value.items()}
        case list():
            return [_said(each, texts) for each in value]
        case str():
            return texts.get(value, value)
    return value
