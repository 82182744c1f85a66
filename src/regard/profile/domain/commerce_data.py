"""What is held of a customer's orders and consents: given out, erased, and derived anew.

Orders, lines and refunds stay after an erasure, for the figures, and name nobody then. What people wrote and
what a carrier would lead to a person by is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from regard.capture.domain.impersonal import impersonal_id
from regard.capture.domain.redact import redact_events
from regard.capture.domain.waiting import waiting_events
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.domain.customers import orders_of, placed_by
from regard.profile.domain.impersonal_events import order_status
from regard.profile.domain.naming import naming_of
from regard.profile.domain.order_queries import OrderView, ShipmentView, order_views
from regard.profile.domain.order_sources import sources_of_orders
from regard.profile.domain.told_shipments import tells_of_shipment, told_shipment
from regard.profile.domain.waiting_orders import clear_waiting_orders
from regard.profile.models import (
    Consent,
    Identity,
    Order,
    OrderFollower,
    OrderLine,
    Refund,
    Shipment,
    TrackingStep,
)

ORDER = ("external_id", "status", "ordered_at", "promised_at", "delivered_at", "cancelled_at", "total_minor",
         "refunded_minor", "currency")  # fmt: skip
LINE = ("external_id", "product_external_id", "variant", "title", "quantity", "price_minor", "total_minor")
REFUND = ("kind", "external_id", "amount_minor", "currency", "reason", "refunded_at")
SHIPMENT = ("external_id", "carrier", "tracking_number", "tracking_url", "state", "state_text", "shipped_at",
            "promised_at", "delivered_at")  # fmt: skip
STEP = ("state", "at", "place", "text")
CONSENT = ("channel", "given", "told_at", "origin", "needs_confirming")
ALL = 1_000_000  # orders of one customer


def export_orders(store: Store, customer_id: int) -> list[Any]:
    """The orders with all of their parts, the latest first."""
    views = order_views(store, orders_of(store, customer_id, limit=ALL))
    return [msgspec.to_builtins(_order_held(view)) for view in views]


def erase_orders(store: Store, customer_id: int) -> int:
    """Take out what could lead to the person; gives how many rows were changed or removed."""
    order_ids = _order_ids(placed_by(store, [customer_id]))
    refunds = Refund.objects.filter(store=store, order_external_id__in=order_ids).exclude(reason="")
    shipments = Shipment.objects.filter(store=store, order_external_id__in=order_ids)
    names = _names(shipments)
    steps = TrackingStep.objects.filter(store=store, shipment_external_id__in=names)
    followers = OrderFollower.objects.filter(store=store, order_external_id__in=order_ids).exclude(note="")
    changed = _redact_waiting(store, set(names))
    changed += refunds.update(reason="") + followers.update(note="") + steps.delete()[0]
    nameless = Concat(Value("erased:"), Cast(F("pk"), CharField()))
    # What was made for somebody may bear their name; what it was is told by the product.
    lines = OrderLine.objects.filter(store=store, order_external_id__in=order_ids)
    _rename_products(lines)
    changed += lines.exclude(variant="", title="").update(variant="", title="", external_id=nameless)
    changed += shipments.update(
        external_id=nameless,
        carrier="",
        tracking_number="",
        tracking_url="",
        state_text="",
        tracking_numbers=[],
    )
    return changed + _erase_words_of_orders(store, order_ids)


def _rename_products(lines: QuerySet[OrderLine]) -> None:
    for product_id in set(lines.values_list("product_external_id", flat=True)):
        if impersonal_id(product_id) != product_id:
            lines.filter(product_external_id=product_id).update(product_external_id=impersonal_id(product_id))


def _erase_words_of_orders(store: Store, order_ids: Collection[str]) -> int:
    """Their states and ids, where these are words of somebody's own; the log tells them in the same way."""
    changed = 0
    for order in Order.objects.filter(store=store, external_id__in=order_ids).only("external_id", "status"):
        old, name = order.external_id, impersonal_id(order.external_id)
        status = order_status(order.status) if order.status else ""
        if (name, status) != (old, order.status):
            changed += Order.objects.filter(pk=order.pk).update(external_id=name, status=status)
        if name != old:
            for model in (OrderLine, Refund, Shipment, OrderFollower):
                parts = model._default_manager.filter(store=store, order_external_id=old)  # noqa: SLF001
                parts.update(order_external_id=name)
    return changed


def _redact_waiting(store: Store, parcels: Collection[str]) -> int:
    """Events that are not read yet or are parked, and name nothing but one of these parcels: they are about the
    person too, and nobody could tell once the parcels have no names any more."""
    told = [
        event.id
        for event in waiting_events(store)
        if tells_of_shipment(event)
        and told_shipment(event).external_id in parcels
        and naming_of(event, country=store.country) is None
    ]
    return redact_events(store=store, events=dict.fromkeys(told, (None, None)))


def clear_orders(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete the orders of these identities with their parts."""
    orders = Order.objects.filter(store=store, identity__in=identity_ids)
    order_ids = _order_ids(orders)
    of_orders = {"store": store, "order_external_id__in": order_ids}
    shipments = Shipment.objects.filter(**of_orders)
    names = _names(shipments)
    TrackingStep.objects.filter(store=store, shipment_external_id__in=names).delete()
    Shipment.objects.filter(store=store, external_id__in=names).delete()
    OrderFollower.objects.filter(store=store, shipment_external_id__in=names).delete()
    for model in (shipments, OrderLine.objects.filter(**of_orders), Refund.objects.filter(**of_orders),
                  OrderFollower.objects.filter(**of_orders), orders):  # fmt: skip
        model.delete()


def export_consents(store: Store, customer_id: int) -> list[Any]:
    """Every time that something was said, the latest first."""
    told = _consents(store, customer_id).order_by("-told_at", "-event_id")
    return [_held(consent, CONSENT) for consent in told]


def erase_consents(store: Store, customer_id: int) -> int:
    """All of them: where the address is gone, nothing can be sent to it."""
    return _consents(store, customer_id).delete()[0]


def clear_consents(store: Store, identity_ids: Sequence[int]) -> None:
    """Those told of these identities."""
    Consent.objects.filter(store=store, identity__in=identity_ids).delete()


def _consents(store: Store, customer_id: int) -> QuerySet[Consent]:
    return Consent.objects.filter(store=store, identity__in=_identities(store, customer_id))


def _identities(store: Store, customer_id: int) -> QuerySet[Identity]:
    return Identity.objects.filter(store=store, customer_id=customer_id)


def _order_ids(orders: QuerySet[Order]) -> list[str]:
    return list(orders.values_list("external_id", flat=True))


def _names(shipments: QuerySet[Shipment]) -> list[str]:
    told = shipments.values_list("external_id", "tracking_numbers")
    return [name for external_id, numbers in told for name in (external_id, *numbers)]


def _order_held(view: OrderView) -> dict[str, Any]:
    return {
        **_held(view.order, ORDER),
        "lines": [_held(line, LINE) for line in view.lines],
        "refunds": [_held(refund, REFUND) for refund in view.refunds],
        "shipments": [_shipment_held(shipment) for shipment in view.shipments],
    }


def _shipment_held(view: ShipmentView) -> dict[str, Any]:
    return {**_held(view.shipment, SHIPMENT), "steps": [_held(step, STEP) for step in view.steps]}


def _held(row: object, columns: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins({column: getattr(row, column) for column in columns})
    return told


ORDERS_HELD = DataHolder(
    "orders", 40, export_orders, erase_orders, clear_orders, sources=sources_of_orders,
    clear_waiting=clear_waiting_orders,
)  # fmt: skip
CONSENTS_HELD = DataHolder("consents", 50, export_consents, erase_consents, clear_consents)
