"""What visitors did with prompts, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from regard.capture.domain.impersonal import figure, nothing, one_of
from regard.capture.domain.property_values import read_title
from regard.core.registry import event_words, impersonal_fields
from regard.serve.domain.counting import CLICKED, CLOSED, SHOWN
from regard.serve.models import Kind

MOST = 120  # characters of a title that is quoted
SENTENCES: Mapping[str, Promise] = {
    SHOWN: gettext_lazy("Was shown “%(prompt)s” in the shop"),
    CLICKED: gettext_lazy("Followed “%(prompt)s” in the shop"),
    CLOSED: gettext_lazy("Closed “%(prompt)s” in the shop"),
}
KEPT = {"properties": nothing, "prompt_id": figure, "prompt_kind": one_of(Kind.values)}


def register_event_words() -> None:
    """Fill the registries; once, at start-up."""
    for name, sentence in SENTENCES.items():
        event_words.add(name, partial(_said, sentence))
        impersonal_fields.add(name, KEPT)


def _said(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % {"prompt": read_title(told, "prompt", "prompt_id", most=MOST) or "?"}
