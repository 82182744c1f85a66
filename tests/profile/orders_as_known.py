"""All that is known of a store's orders, without the database's own ids, to compare histories by."""

from __future__ import annotations

from typing import Any

from regard.core.models import Store
from regard.profile.models import CustomerEvent, Order, OrderLine, Product, Refund, Shipment, TrackingStep

ORDER = (
    "external_id", "status", "ordered_at", "promised_at", "delivered_at", "cancelled_at", "total_minor",
    "refunded_minor", "currency", "is_return", "history", "described_at", "event_id", "identity__value",
)  # fmt: skip
LINE = (
    "order_external_id", "external_id", "product_external_id", "variant", "title", "quantity", "price_minor",
    "total_minor", "currency", "described_at", "event_id",
)  # fmt: skip
REFUND = (
    "order_external_id", "kind", "external_id", "amount_minor", "currency", "reason", "refunded_at", "event_id",
)  # fmt: skip
SHIPMENT = (
    "external_id", "order_external_id", "carrier", "tracking_number", "state", "state_text", "shipped_at",
    "promised_at", "delivered_at",
)  # fmt: skip
STEP = ("shipment_external_id", "at", "state", "place", "text", "event_id")
PRODUCT = ("external_id", "title", "brand", "category", "price_minor", "currency", "url", "told")


def orders_as_known(store: Store) -> dict[str, list[Any]]:
    tables = {
        "orders": (Order.objects, ORDER),
        "lines": (OrderLine.objects, LINE),
        "refunds": (Refund.objects, REFUND),
        "shipments": (Shipment.objects.filter(superseded=False), SHIPMENT),
        "steps": (TrackingStep.objects, STEP),
        "products": (Product.objects, PRODUCT),
        "timeline": (CustomerEvent.objects, ("event_id", "identity__value", "note")),
    }
    return {
        name: sorted(rows.filter(store=store).values_list(*columns), key=repr)
        for name, (rows, columns) in tables.items()
    }
