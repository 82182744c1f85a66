"""What an offer gives, in the words of the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regard.core.money import money_text
from regard.offer.models import OfferKind, OfferPool


def value_words(pool: OfferPool, currency: str) -> str:
    """Such as "15 %", "10.00 EUR" or "free shipping"; currency: the store's."""
    match pool.kind:
        case OfferKind.PERCENT:
            return f"{pool.percent} %"
        case OfferKind.AMOUNT:
            return money_text(pool.amount_minor or 0, currency)
        case OfferKind.FREE_SHIPPING:
            return _("free shipping")
        case _:
            return pool.what
