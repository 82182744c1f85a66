"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import thing
from regard.core.registry import impersonal_fields
from regard.offer.facts import OfferDeclined, OfferGiven, OfferKeptBack, OfferRedeemed


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    wished = {"pool": thing, "origin": thing, "key": thing}
    impersonal_fields.add(OfferGiven.__name__, wished)
    impersonal_fields.add(OfferKeptBack.__name__, wished)
    impersonal_fields.add(OfferDeclined.__name__, {"pool": thing, "key": thing})
    impersonal_fields.add(OfferRedeemed.__name__, {"pool": thing, "order_id": thing})
