"""What the shop side of this room announces to the others."""

from __future__ import annotations

from regard.core.registry import (
    data_holders,
    import_kinds,
    segment_fields,
    segment_sources,
)
from regard.profile.domain.commerce_data import CONSENTS_HELD, ORDERS_HELD
from regard.profile.domain.commerce_fields import FIELDS, SOURCES
from regard.profile.domain.customer_import import CUSTOMERS
from regard.profile.domain.impersonal_events import register_impersonal_fields
from regard.profile.domain.line_import import ORDER_LINES
from regard.profile.domain.order_import import ORDERS
from regard.profile.domain.product_import import PRODUCTS
from regard.profile.domain.shipment_import import SHIPMENTS


def register_commerce() -> None:
    """Fill the registries; once, at start-up."""
    for kind in (CUSTOMERS, ORDERS, ORDER_LINES, SHIPMENTS, PRODUCTS):
        import_kinds.add(kind.name, kind)
    register_impersonal_fields()
    for holder in (ORDERS_HELD, CONSENTS_HELD):
        data_holders.add(holder.name, holder)
    for source in SOURCES:
        segment_sources.add(source.name, source)
    for field in FIELDS:
        segment_fields.add(field.name, field)
