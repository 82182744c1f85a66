"""What messages may say of a customer: who they are, their last order, and the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_noop as _

from regard.core.models import Store
from regard.core.money import money_text
from regard.core.registry import TemplateVariable, template_variables
from regard.profile.domain.customers import placed_by
from regard.profile.domain.order_queries import OrderView, order_views
from regard.profile.models import Customer, OrderLine, Product

MOST_ITEMS = 20
CUSTOMER_EXAMPLE = {
    "first_name": "Anna", "name": "Anna Sommer", "email": "anna@example.com", "phone": "+4930123456",
    "attributes": {"birthday": "1990-05-17", "language": "en"},
}  # fmt: skip
ORDER_EXAMPLE = {
    "number": "2381", "total": "74.80 EUR", "ordered_on": "2026-03-01", "promised_on": "2026-03-05",
    "delivered_on": "2026-03-05", "currency": "EUR", "title": "Stoneware mug",
    "items": [
        {
            "title": "Stoneware mug", "quantity": "2", "price": "24.90 EUR",
            "url": "https://example.com/products/mug", "image_url": "https://example.com/images/mug.jpg",
        }
    ],
    "tracking_url": "https://example.com/track/JD0146", "tracking_number": "JD0146", "carrier": "DHL",
}  # fmt: skip
STORE_EXAMPLE = {"name": "Example store", "currency": "EUR", "language": "en", "email": "hello@example.com"}


def register_template_variables() -> None:
    """Fill the registry; once, at start-up."""
    for variable in (
        TemplateVariable("customer", _("Who it goes to"), CUSTOMER_EXAMPLE, customer_values),
        TemplateVariable("last_order", _("Their last order"), ORDER_EXAMPLE, last_order_values),
        TemplateVariable("store", _("The store"), STORE_EXAMPLE, store_values, known=True),
    ):
        template_variables.add(variable.name, variable)


def customer_values(store: Store, customer_ids: Collection[int]) -> dict[int, Any]:
    """Names, addresses and custom attributes. One query."""
    customers = Customer.objects.filter(store=store, pk__in=customer_ids)
    return {customer.pk: _customer(customer) for customer in customers}


def last_order_values(store: Store, customer_ids: Collection[int]) -> dict[int, Any]:
    """Of each customer the last order that was not called off; those without one are left out. Seven queries."""
    placed = placed_by(store, customer_ids).filter(is_return=False, cancelled_at=None)
    ordered = placed.order_by("identity__customer", "-ordered_at", "-id").distinct("identity__customer")
    latest = list(ordered.select_related("identity"))
    views = order_views(store, latest)
    products = _products(store, views)
    return {
        order.identity.customer_id: _order(view, products)
        for order, view in zip(latest, views, strict=True)
        if order.identity
    }


def store_values(store: Store, customer_ids: Collection[int]) -> dict[int, Any]:
    """The same for everybody. No query."""
    said = {
        "name": store.name,
        "currency": store.currency,
        "language": store.language,
        "email": store.reply_to,
    }
    return dict.fromkeys(customer_ids, said)


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "first_name": customer.name.partition(" ")[0],
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "attributes": customer.attributes,
    }


def _order(view: OrderView, products: Mapping[str, Product]) -> dict[str, Any]:
    order = view.order
    items = [_item(line, products.get(line.product_external_id)) for line in view.lines if line.quantity > 0]
    shipment = view.shipments[-1].shipment if view.shipments else None
    said = {
        "number": order.external_id,
        "total": None if order.total_minor is None else money_text(order.total_minor, order.currency),
        "currency": order.currency,
        "items": items[:MOST_ITEMS],
        "title": items[0]["title"] if items else "",
        "tracking_url": shipment.tracking_url if shipment else "",
        "tracking_number": shipment.tracking_number if shipment else "",
        "carrier": shipment.carrier if shipment else "",
    }
    days = {
        "ordered_on": order.ordered_at,
        "promised_on": order.promised_at,
        "delivered_on": order.delivered_at,
    }
    return said | {name: localtime(at).date().isoformat() if at else "" for name, at in days.items()}


def _item(line: OrderLine, product: Product | None) -> dict[str, Any]:
    return {
        "title": line.title or (product.title if product else "") or line.product_external_id,
        "quantity": f"{line.quantity.normalize():f}",
        "price": None if line.price_minor is None else money_text(line.price_minor, line.currency),
        "url": product.url if product else "",
        "image_url": product.image_url if product else "",
        "product_id": line.product_external_id,
    }


def _products(store: Store, views: Collection[OrderView]) -> dict[str, Product]:
    ids = {line.product_external_id for view in views for line in view.lines if line.product_external_id}
    return {
        product.external_id: product for product in Product.objects.filter(store=store, external_id__in=ids)
    }
