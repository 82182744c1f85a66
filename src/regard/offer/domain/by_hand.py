"""Offers that people give to customers."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from regard.core.domain.audit import record_audit
from regard.offer.domain.issuing import issue_offers
from regard.offer.domain.ledger import Wish
from regard.offer.models import Offer, OfferPool
from regard.profile.domain.notes import strongest_identity
from regard.profile.models import Customer

BY_PERSON = "person"  # as an origin


@transaction.atomic
def give_by_hand(pool: OfferPool, customer: Customer, *, actor: str) -> Offer:
    """Give a customer the offer, or let it wait for approval where it is dear; chance has no say.

    Raises ValidationError, which says why, where limits or budgets forbid it.
    """
    identity = strongest_identity(customer)
    wish = Wish(
        key=f"{BY_PERSON}:{uuid4()}", origin=BY_PERSON, identity_id=identity.pk, customer_id=customer.pk,
        pool=pool, by_person=True,
    )  # fmt: skip
    issued = issue_offers(pool.store, [wish])[wish.key]
    if issued.offer is None:
        raise ValidationError(issued.why)
    record_audit(
        store=pool.store, actor=actor, action="offer.given", target=f"offer {issued.offer.pk}", pool=pool.key
    )
    return issued.offer
