"""The import kind "shipments": what a row of a file of shipments is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.order_descriptions import MAX_ORDER_ID
from regard.profile.domain.order_import import CUSTOMER_FIELDS
from regard.profile.facts import ShipmentImported

MAX_SHIPMENT_ID = 200
MAX_CARRIER = 100
MAX_URL = 2000
MAX_STATE = 200


def to_shipment_imported(row: Mapping[str, Any], _store: Store) -> ShipmentImported:
    """The fact that a converted row makes."""
    return ShipmentImported(**row)


SHIPMENTS = ImportKind(
    name="shipments",
    fields=(
        ImportField(
            "order_id", "text", "The shop's id of the order.", required=True, most=MAX_ORDER_ID,
            synonyms=("order", "order_number", "order_no"),
        ),
        *CUSTOMER_FIELDS,
        ImportField(
            "shipment_id", "text", "The shop's id of the shipment.", most=MAX_SHIPMENT_ID,
            synonyms=("shipment", "fulfillment_id", "parcel_id", "package_id"),
        ),
        ImportField(
            "tracking_number", "text", "The carrier's number of it.", most=MAX_SHIPMENT_ID,
            synonyms=("tracking_code", "tracking_no", "tracking", "waybill", "awb"),
        ),
        ImportField(
            "carrier", "text", "Who brings it.", most=MAX_CARRIER,
            synonyms=("tracking_company", "shipping_carrier", "courier", "carrier_name"),
        ),
        ImportField(
            "tracking_url", "text", "Where it can be followed.", most=MAX_URL, synonyms=("tracking_link",)
        ),
        ImportField(
            "status", "text", "How far it is, in the words of shop or carrier.", most=MAX_STATE,
            synonyms=("shipment_status", "tracking_status", "state", "delivery_status"),
        ),
        ImportField(
            "shipped_at", "time", "When it was handed over.",
            synonyms=("ship_date", "shipped_on", "fulfilled_at", "shipped_date"),
        ),
        ImportField(
            "promised_at", "time", "When its delivery was promised for.",
            synonyms=("estimated_delivery", "estimated_delivery_date", "promised_date", "expected_at"),
        ),
        ImportField(
            "delivered_at", "time", "When it was delivered.",
            synonyms=("delivery_date", "delivered_date", "delivered_on"),
        ),
        ImportField(
            "updated_at", "time", "When the row was last true.", synonyms=("modified_at", "status_at"),
        ),
    ),
    identity=("order_id", "shipment_id", "tracking_number"),
    occurred_at=("updated_at", "delivered_at", "shipped_at"),
    to_fact=to_shipment_imported,
)  # fmt: skip
