"""The surveys that ship with Regard, one for each moment at which a store asks: a file each in `survey/shipped/`.

Each has its words in English and German; a store takes it with its own language first.
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
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.definition.reading import read_definition
from regard.survey.domain.surveys import publish_survey, save_draft
from regard.survey.models import Survey


@dataclass(frozen=True)
class Shipped:
    """about: when it is asked and what it tells. survey: the store's own, None while it has not got it."""

    definition: Definition
    about: str
    survey: Survey | None = None


@cache
def shipped_surveys(language: str = "en") -> Mapping[str, Shipped]:
    """By key, in the order in which customers come by them, with the words of a language first."""
    found = files("regard.survey").joinpath("shipped").iterdir()
    texts = sorted((each.name, each.read_text("utf-8")) for each in found if each.name.endswith(".yaml"))
    read = [_shipped(yaml.safe_load(text), language) for _name, text in texts]
    return {one.definition.key: one for one in read}


def shipped_of(store: Store) -> list[Shipped]:
    """All that ship, as the store has them. One query."""
    shipped = shipped_surveys(page_language(store.language))
    own = {survey.key: survey for survey in Survey.objects.filter(store=store, key__in=shipped)}
    return [Shipped(one.definition, one.about, own.get(key)) for key, one in shipped.items()]


def add_shipped(store: Store, key: str, *, actor: str) -> Survey:
    """The store's own of it, as a draft; one that it has stays as it is. Raises KeyError."""
    definition = shipped_surveys(page_language(store.language))[key].definition
    known = Survey.objects.filter(store=store, key=key).first()
    return known or save_draft(store, definition, actor=actor)


def ensure_survey(store: Store, key: str, *, actor: str) -> Survey | None:
    """The store's survey of this key; if it has none but one ships, that is added and published; else None."""
    known = Survey.objects.filter(store=store, key=key).first()
    if known is None and key in shipped_surveys():
        known = add_shipped(store, key, actor=actor)
        publish_survey(known, actor=actor)
    return known


def _shipped(values: dict[str, Any], language: str) -> Shipped:
    names, about = values.pop("names"), values.pop("about")
    languages = sorted(names, key=lambda each: each != language)
    first = languages[0]
    return Shipped(read_definition({**values, "name": names[first], "languages": languages}), about[first])
