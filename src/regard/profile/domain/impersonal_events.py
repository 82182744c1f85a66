"""What stays of the shop's events when their person is erased, for the same figures when they are read again."""

from __future__ import annotations

from collections.abc import Mapping

from regard.capture.domain.impersonal import currency, figure, nothing, one_of, pseudonym_of, thing, word
from regard.core.registry import KeptValue, impersonal_fields
from regard.profile.domain import order_descriptions, told_consents, told_shipments
from regard.profile.domain.order_statuses import is_known_status
from regard.profile.domain.products import OF_ONE, OF_SEVERAL
from regard.profile.domain.tracking_words import state_in_words
from regard.profile.facts import (
    AttributesSet,
    ConsentTold,
    OrderImported,
    OrderLineImported,
    ShipmentImported,
)
from regard.profile.models import ConsentChannel, ShipmentState

Fields = Mapping[str, KeptValue]

order_status = word(is_known_status)
shipment_state = word(lambda text: state_in_words(text) is not ShipmentState.UNKNOWN)
consent_channel = one_of({*ConsentChannel.values, *told_consents.OTHER_WORDS})

PRODUCTS: Fields = {
    "properties": nothing, "products": nothing, "product_id": thing, "sku": thing, "price": figure,
    "currency": currency,
}  # fmt: skip
ORDER: Fields = {
    **PRODUCTS,
    **dict.fromkeys(("order_id", "line_id", "refund_id"), thing),
    **dict.fromkeys(
        ("quantity", "total", "line_total", "subtotal", "revenue", "value", "amount", "refund_amount",
         *order_descriptions.PROMISE_FIELDS, "delivered_at", "cancelled_at"), figure,
    ),
    **dict.fromkeys(("status", *order_descriptions.PAYMENT_FIELDS), order_status),
}  # fmt: skip
SHIPMENT: Fields = {
    **dict.fromkeys(("properties", "steps", "tracking_details"), nothing),
    **dict.fromkeys(("order_id", "shipment_id"), thing),
    "tracking_number": pseudonym_of,  # it leads to a person by whoever carries it
    **dict.fromkeys(
        ("shipped_at", "delivered_at", *order_descriptions.PROMISE_FIELDS, *told_shipments.STEP_TIMES), figure
    ),
    **dict.fromkeys(told_shipments.STATE_FIELDS, shipment_state),
}
CONSENT: Fields = {"properties": nothing, "channel": consent_channel, "channels": consent_channel}
FACTS: Mapping[str, Fields] = {
    OrderImported.__name__: {
        "order_id": thing, "status": order_status, "payment_status": order_status, "currency": currency,
    },
    OrderLineImported.__name__: {
        "order_id": thing, "line_id": thing, "product_id": thing, "currency": currency,
    },
    ShipmentImported.__name__: {
        "order_id": thing, "shipment_id": thing, "tracking_number": pseudonym_of, "status": shipment_state,
    },
    AttributesSet.__name__: {"origin": thing},  # of what was set nothing stays, not even the names
    ConsentTold.__name__: {"channel": consent_channel, "origin": one_of(())},
}  # fmt: skip


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    by_event: dict[str, dict[str, KeptValue]] = {}
    for names, fields in (
        (OF_ONE | OF_SEVERAL, PRODUCTS),
        (order_descriptions.CALLS, ORDER),
        (told_shipments.CALLS, SHIPMENT),
        (told_consents.CALLS, CONSENT),
    ):
        for name in names:
            by_event.setdefault(name, {}).update(fields)
    for name, kept in {**by_event, **FACTS}.items():
        impersonal_fields.add(name, kept)
