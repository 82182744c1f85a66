"""Offers on the customer's page, and on the first page of a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.offer.domain.queries import count_waiting, offers_of_customer, pools_for_viewer, waiting_offers
from regard.offer.domain.wording import value_words

SHOWN_WAITING = 3


def render_offers(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing where the store gives none."""
    pools = [pool for pool in pools_for_viewer(store) if pool.is_on]
    offers = offers_of_customer(store, customer_id)
    if not pools and not offers:
        return ""
    context = {
        "offers": [(offer, value_words(offer.pool, store.currency)) for offer in offers],
        "pools": [(pool, value_words(pool, store.currency)) for pool in pools],
        "customer_id": customer_id,
        "store": store,
    }
    return render_to_string("offer/customer_offers.html", context, request)


def load_waiting(store: Store) -> Mapping[str, Any] | None:
    """None while nothing waits."""
    count = count_waiting(store)
    if not count:
        return None
    rows = waiting_offers(store, limit=SHOWN_WAITING)
    return {
        "rows": [(offer, value_words(offer.pool, store.currency)) for offer in rows],
        "count": count,
        "more": count - len(rows),
    }
