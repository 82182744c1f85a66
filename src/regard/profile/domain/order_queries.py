"""Orders with their lines, refunds and shipments, as people and programs see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from regard.core import clock
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.core.one_of import IsOneOf
from regard.profile.domain.customers import orders_of, placed_by
from regard.profile.domain.lateness import is_late
from regard.profile.models import (
    Order,
    OrderLine,
    Product,
    Refund,
    Shipment,
    ShipmentState,
    TrackingStep,
)

OVER = {ShipmentState.DELIVERED, ShipmentState.RETURNED, ShipmentState.LOST, ShipmentState.CANCELLED}


@dataclass(frozen=True)
class ShipmentView:
    """A shipment with its steps, the latest first. promised_at: as told of it, else of its order. is_late: it
    came, or is still out, after that day."""

    shipment: Shipment
    steps: list[TrackingStep]
    promised_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class OrderView:
    """An order with all of its parts."""

    order: Order
    lines: list[OrderLine]
    refunds: list[Refund]
    shipments: list[ShipmentView]


def order_views(store: Store, orders: Sequence[Order]) -> list[OrderView]:
    """These orders with their parts, in the same order. Five queries at most."""
    ids = [order.external_id for order in orders]
    of_order = {"store": store, "order_external_id__in": ids}
    lines, refunds = defaultdict[str, list[OrderLine]](list), defaultdict[str, list[Refund]](list)
    for line in OrderLine.objects.filter(**of_order).order_by("id"):
        lines[line.order_external_id].append(line)
    for refund in Refund.objects.filter(**of_order, counted=True).order_by("refunded_at", "id"):
        refunds[refund.order_external_id].append(refund)
    shipments = defaultdict[str, list[ShipmentView]](list)
    for view in shipment_views(store, _shown(store).filter(order_external_id__in=ids).order_by("id")):
        shipments[view.shipment.order_external_id].append(view)
    return [
        OrderView(order, lines[order.external_id], refunds[order.external_id], shipments[order.external_id])
        for order in orders
    ]


def latest_orders(store: Store, customer_id: int, *, limit: int) -> list[OrderView]:
    """The latest orders of a customer. Six queries at most."""
    return order_views(store, orders_of(store, customer_id, limit=limit))


def latest_shipments(store: Store, customer_id: int, *, limit: int) -> list[ShipmentView]:
    """The shipments of a customer's orders, the last known first. Three queries at most."""
    return shipment_views(store, _shipments_of(store, customer_id).order_by("-id")[:limit])


def shipments_for_viewer(
    *, store: Store, customer_id: int, cursor: str = "", limit: int = 50
) -> KeysetPage[Shipment]:
    """The same in pages; their steps are got by shipment_views. One query. Raises CursorInvalid."""
    rows = _shipments_of(store, customer_id)
    return keyset_page(rows, order=("-id",), cursor=cursor, limit=limit)


def shipment_views(store: Store, shipments: Iterable[Shipment]) -> list[ShipmentView]:
    """These shipments with their steps, told by whatever number. Three queries at most."""
    found = list(shipments)
    names = {name: shipment.pk for shipment in found for name in _names(shipment)}
    steps = defaultdict[int, list[TrackingStep]](list)
    told = TrackingStep.objects.filter(store=store, shipment_external_id__in=names)
    for step in told.order_by("-at", "-event_id"):
        steps[names[step.shipment_external_id]].append(step)
    now, zone, promises = clock.now(), ZoneInfo(store.time_zone), _promises_of_orders(store, found)
    views = []
    for shipment in found:
        promised = shipment.promised_at or promises.get(shipment.order_external_id)
        views.append(
            ShipmentView(shipment, steps[shipment.pk], promised, _is_late(shipment, promised, now, zone))
        )
    return views


def _promises_of_orders(store: Store, shipments: Sequence[Shipment]) -> dict[str, datetime]:
    """When the orders of those shipments were promised for that have no promise of their own."""
    ids = {shipment.order_external_id for shipment in shipments if shipment.promised_at is None}
    promised = Order.objects.filter(store=store, external_id__in=ids, promised_at__isnull=False)
    return {order: at for order, at in promised.values_list("external_id", "promised_at") if at}


def products_for_viewer(*, store: Store, cursor: str = "", limit: int = 50) -> KeysetPage[Product]:
    """The catalogue, by the shop's ids. One query. Raises CursorInvalid."""
    return keyset_page(
        Product.objects.filter(store=store), order=("external_id", "id"), cursor=cursor, limit=limit
    )


def _shown(store: Store) -> QuerySet[Shipment]:
    return Shipment.objects.filter(store=store, superseded=False)


def _shipments_of(store: Store, customer_id: int) -> QuerySet[Shipment]:
    placed = placed_by(store, [customer_id])
    return _shown(store).filter(IsOneOf("order_external_id", placed.values("external_id")))


def _names(shipment: Shipment) -> list[str]:
    return [shipment.external_id, *shipment.tracking_numbers]


def _is_late(shipment: Shipment, promised: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    if promised is None:
        return False
    came = shipment.delivered_at or (None if shipment.state in OVER else now)
    return came is not None and is_late(came, promised, zone)
