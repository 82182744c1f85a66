"""Shares at random that stay the same: of customers who get no offer, of occasions that do."""

from __future__ import annotations

from hashlib import blake2b

from regard.offer.models import OfferPool


def place_of(text: str) -> float:
    """A number from 0 up to 1, the same for the same text, and evenly spread over many."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64


def is_kept_back(pool: OfferPool, customer_id: int) -> bool:
    """Whether the customer belongs to those who never get an offer of this pool."""
    return place_of(f"kept-back:{pool.pk}:{customer_id}") * 100 < pool.kept_back_percent


def is_chosen(pool: OfferPool, key: str) -> bool:
    """Whether chance gives something on this occasion."""
    return place_of(f"chance:{pool.pk}:{key}") * 100 < pool.chance_percent
