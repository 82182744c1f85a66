"""Offers of tests, and how they are given."""

from __future__ import annotations

from typing import Any

from regard.core.models import Store
from regard.offer.domain.codes import import_codes
from regard.offer.domain.issuing import Issued, issue_offers
from regard.offer.domain.ledger import Wish
from regard.offer.domain.pools import PoolTerms, create_pool
from regard.offer.models import OfferKind, OfferPool
from regard.profile.models import Customer, Identity

ANA = "ana@acme.example"


def new_pool(store: Store, key: str = "ten", *, codes: int = 0, **terms: Any) -> OfferPool:
    """Ten euros off, with codes made by rule unless some are to be brought in."""
    told = {
        "name": key, "kind": OfferKind.AMOUNT, "amount_minor": 1000, "because": "Welcome",
        "makes_codes": not codes, **terms,
    }  # fmt: skip
    pool = create_pool(store=store, key=key, terms=PoolTerms(**told), actor=ANA)
    if codes:
        import_codes(pool, [f"{key}-{number}" for number in range(codes)], actor=ANA)
    return pool


def wish(pool: OfferPool, customer: Customer, key: str = "", **of: Any) -> Wish:
    identity = Identity.objects.filter(customer=customer).order_by("id")[0]
    told = {"origin": f"journey:{pool.key}", "key": key or f"{pool.key}:{customer.pk}"}
    return Wish(identity_id=identity.pk, customer_id=customer.pk, pool=pool, **{**told, **of})


def give(pool: OfferPool, customer: Customer, key: str = "", **of: Any) -> Issued:
    wanted = wish(pool, customer, key, **of)
    return issue_offers(pool.store, [wanted])[wanted.key]
