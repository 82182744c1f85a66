"""What the shop side of this room announces to the others."""

from __future__ import annotations

from regard.core.registry import import_kinds
from regard.profile.domain.customer_import import CUSTOMERS
from regard.profile.domain.line_import import ORDER_LINES
from regard.profile.domain.order_import import ORDERS
from regard.profile.domain.product_import import PRODUCTS
from regard.profile.domain.shipment_import import SHIPMENTS


def register_commerce() -> None:
    """Fill the registries; once, at start-up."""
    for kind in (CUSTOMERS, ORDERS, ORDER_LINES, SHIPMENTS, PRODUCTS):
        import_kinds.add(kind.name, kind)
