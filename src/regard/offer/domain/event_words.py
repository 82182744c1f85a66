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
from regard.offer.facts import OfferDeclined, OfferGiven, OfferKeptBack, OfferRedeemed

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    OfferGiven: gettext_lazy("Offer %(pool)s given (%(origin)s)"),
    OfferKeptBack: gettext_lazy("Offer %(pool)s kept back, so that its effect is seen (%(origin)s)"),
    OfferDeclined: gettext_lazy("%(actor)s declined offer %(pool)s"),
    OfferRedeemed: gettext_lazy("Offer %(pool)s redeemed with order %(order)s"),
}


def register_event_words() -> None:
    """Fill the registry; once, at start-up."""
    for fact, sentence in SENTENCES.items():
        event_words.add(fact.__name__, partial(_plain, sentence))


def _plain(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % {
        "pool": read_title(told, "pool", most=MOST),
        "origin": read_title(told, "origin", most=MOST),
        "order": read_title(told, "order_id", most=MOST),
        "actor": read_title(told, "actor", most=MOST) or _("Somebody"),
    }
