"""Prompts of a store, made as people make them."""

from __future__ import annotations

from typing import Any

from regard.core.models import Store
from regard.serve.domain.prompts import create_prompt, switch_prompt
from regard.serve.domain.terms import PromptTerms
from regard.serve.domain.window import window_of
from regard.serve.models import Prompt
from regard.survey.domain.surveys import open_link
from regard.survey.models import Survey
from tests.survey.sittings import add_survey

ANA = "ana@acme.example"
TEXTS = {
    "en": {"title": "Free from 50 €", "text": "Delivery costs nothing.", "button": "More"},
    "de": {"title": "Ab 50 € frei", "text": "Der Versand kostet nichts.", "button": "Mehr"},
}


def add_prompt(store: Store, *, is_on: bool = True, actor: str = ANA, **told: Any) -> Prompt:
    """A message, unless `told` says otherwise."""
    known: dict[str, Any] = {
        "name": "Parcels in spring",
        "kind": "message",
        "texts": TEXTS,
        "link": "/delivery",
    }
    prompt = create_prompt(store, PromptTerms(**(known | told)), actor=actor)
    if is_on:
        switch_prompt(prompt, is_on=True, actor=actor)
    return prompt


def open_survey(store: Store, key: str = "exit") -> Survey:
    """One that anybody may answer."""
    survey = add_survey(store, key)
    open_link(survey, is_open=True, actor=ANA)
    return survey


def address(store: Store) -> str:
    window = window_of(store)
    assert window is not None
    return f"/w/{window.token}/prompts.js"
