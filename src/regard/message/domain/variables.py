"""What texts may name: what rooms announce, what whoever sends gives along, and the moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.timezone import localtime

from regard.act.domain.public_links import preferences_url, unsubscribe_url
from regard.core import clock
from regard.core.models import Store
from regard.core.registry import template_variables
from regard.message.domain.footer import PREFERENCES, UNSUBSCRIBE
from regard.message.domain.liquid import plain_values

OF_STORE = frozenset({"store", "brand"})  # the same for everybody
NOW = "now"  # the moment, as ISO 8601
# Where customers say that they want no more, or what they want: by name the example.
LINKS = {UNSUBSCRIBE: "https://example.com/unsubscribe", PREFERENCES: "https://example.com/preferences"}
# What journeys, surveys, programmes and improvements give along, with an example of each: the event that they
# began with, and what steps gave.
GIVEN: Mapping[str, Any] = {
    "event": {
        "order_id": "2381", "product_name": "Stoneware mug", "url": "https://example.com/products/mug",
        "checkout_url": "https://example.com/cart", "tracking_url": "https://example.com/track/JD0146",
        "currency": "EUR", "delivery_date": "2026-03-05",
        "products": [
            {
                "name": "Stoneware mug", "price": 24.9, "quantity": 2, "url": "https://example.com/products/mug",
                "image_url": "https://example.com/images/mug.jpg",
            }
        ],
    },
    "offer": {
        "code": "WELCOME-7K2M", "value": "10% off", "because": "a thank-you", "expires": "31 March 2026",
        "expires_on": "2026-03-31", "minimum": "30.00 EUR", "kind": "percent",
    },
    "order": {"number": "2381", "total": "74.80 EUR"},
    "journey": {"name": "Welcome", "key": "welcome"},
    "survey": {
        "key": "nps", "title": "How are we doing?", "intro": "Two questions.", "language": "en",
        "question": "How likely are you to recommend us?", "url": "https://example.com/q/EXAMPLE/",
        "choices": [{"label": str(n), "url": f"https://example.com/q/EXAMPLE/?q1={n}"} for n in range(11)],
        "lowest": "Not at all", "highest": "Very likely", "is_personal": True, "has_incentive": True,
        "expires_at": "2026-03-31T10:00:00+00:00",
    },
    "programme": {
        "name": "Customer board", "purpose": "Six of you tell us each month what we should do better.",
        "rhythm": "an hour online each month", "thanks": "30% off all that you buy", "kind": "board",
        "url": "https://example.com/programmes/EXAMPLE/",
    },
    "improvement": {
        "title": "Boxes that keep", "text": "Parcels now go out in double-walled boxes.", "outcome": "done",
    },
}  # fmt: skip


def loaded_values(
    store: Store, names: Collection[str], customer_ids: Collection[int]
) -> dict[int, dict[str, Any]]:
    """Of each customer the values of those names that rooms announce, plain, in the language that is active.

    As many statements as these names need, however many customers.
    """
    values: dict[int, dict[str, Any]] = {customer_id: {NOW: _now()} for customer_id in customer_ids}
    for variable in template_variables:
        if variable.name in names:
            for customer_id, value in variable.load(store, customer_ids).items():
                if (said := plain_values(value)) is not None:
                    values[customer_id][variable.name] = said
    return values


def example_values() -> dict[str, Any]:
    """A value for everything that a text may name, in which nothing is missing."""
    known = {variable.name: plain_values(variable.example) for variable in template_variables}
    return {**GIVEN, **LINKS, **known, NOW: _now()}


def links_of(store: Store, identity_id: int, channel: str, topic: str = "") -> dict[str, str]:
    """The links of one customer."""
    return {
        UNSUBSCRIBE: unsubscribe_url(store, identity_id, channel=channel, topic=topic),
        PREFERENCES: preferences_url(store, identity_id, channel=channel),
    }


def _now() -> str:
    return localtime(clock.now()).isoformat(timespec="minutes")
