"""What this room holds of a customer: offers that they got or would have got, and what they used them for."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Q, QuerySet

from regard.capture.domain.impersonal import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.offer.domain.redemptions import clear_redemptions
from regard.offer.models import Offer, OfferRedemption, OfferState

OFFER_FIELDS = (
    "id", "pool__name", "state", "origin", "code__code", "made_at", "given_at", "expires_on", "worth_minor",
)  # fmt: skip
USE_FIELDS = ("offer_id", "order_external_id", "discount_minor", "currency", "redeemed_at")


def export_offers(store: Store, customer_id: int) -> dict[str, Any]:
    """The oldest first."""
    offers = Offer.objects.filter(store=store, identity__customer=customer_id)
    held = {
        "offers": list(offers.order_by("id").values(*OFFER_FIELDS)),
        "redeemed_offers": list(_uses(store, customer_id).order_by("id").values(*USE_FIELDS)),
    }
    return dict(msgspec.to_builtins(held))


def erase_offers(store: Store, customer_id: int) -> int:
    """What was given and what it cost stays, of nobody known any more; what orders are called may name somebody.

    What waits for approval is declined. Gives how many rows changed.
    """
    uses = [use for use in _uses(store, customer_id) if _is_personal(use)]
    for use in uses:
        use.order_external_id = impersonal_id(use.order_external_id)
    OfferRedemption.objects.bulk_update(uses, ["order_external_id"])
    waiting = Offer.objects.filter(store=store, identity__customer=customer_id, state=OfferState.WAITING)
    return len(uses) + waiting.update(state=OfferState.DECLINED)


def _uses(store: Store, customer_id: int) -> QuerySet[OfferRedemption]:
    theirs = Q(identity__customer=customer_id) | Q(offer__identity__customer=customer_id)
    return OfferRedemption.objects.filter(theirs, store=store)


def _is_personal(use: OfferRedemption) -> bool:
    return impersonal_id(use.order_external_id) != use.order_external_id


OFFER_DATA = DataHolder("offers", 91, export_offers, erase_offers, clear=clear_redemptions)
