"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import read_title
from regard.core.registry import Fact, event_words
from regard.review.domain.told_mentions import CALL
from regard.review.facts import MentionImported, ReviewAnswered, ReviewHidden, ReviewPublished

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    ReviewPublished: gettext_lazy("%(actor)s published review %(review)s"),
    ReviewHidden: gettext_lazy("%(actor)s hid review %(review)s"),
}


def register_event_words() -> None:
    """Fill the registry; once, at start-up."""
    for fact_type, sentence in SENTENCES.items():
        event_words.add(fact_type.__name__, partial(_said, sentence))
    event_words.add(ReviewAnswered.__name__, _answered)
    for name in (CALL, MentionImported.__name__):
        event_words.add(name, _mentioned)


def _said(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % _names(told)


def _answered(told: Mapping[str, Any]) -> str:
    if told.get("is_sent") is True:
        return _("%(actor)s answered review %(review)s, and the customer gets it as an e-mail") % _names(told)
    return _("%(actor)s answered review %(review)s") % _names(told)


def _mentioned(told: Mapping[str, Any]) -> str:
    network = read_title(told, "source", "network", "platform", most=MOST)
    where = _("Spoke of the store in public on %(network)s") if network else _("Spoke of the store in public")
    sentence, words = where % {"network": network}, read_title(told, "text", most=MOST)
    return _("%(sentence)s: “%(words)s”") % {"sentence": sentence, "words": words} if words else sentence


def _names(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "review": read_title(told, "review_id", most=MOST),
        "actor": read_title(told, "actor", most=MOST) or _("Somebody"),
    }
