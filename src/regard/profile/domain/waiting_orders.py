"""What is known of orders of which nobody knows yet who placed them: forgotten with the events that told it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from regard.core.models import Store
from regard.profile.models import Order, OrderFollower, OrderLine, Refund, Shipment, TrackingStep


def clear_waiting_orders(store: Store, event_ids: Sequence[int] | None) -> Collection[int]:
    """Delete what these events told of such orders with all else that is known of them; None: of all orders, where
    those that somebody placed are cleared already.

    Gives the ids of the other events that told of the same orders.
    """
    if event_ids is None:
        for model in (TrackingStep, Shipment, OrderLine, Refund, OrderFollower, Order):
            model._default_manager.filter(store=store).delete()  # noqa: SLF001 - Django documents it
        return []
    followers = OrderFollower.objects.filter(store=store).exclude(order_external_id="")
    told = followers.filter(event_id__in=event_ids)
    orders = set(told.values_list("order_external_id", flat=True))
    of_orders = followers.filter(order_external_id__in=orders)
    others = list(of_orders.exclude(event_id__in=event_ids).values_list("event_id", flat=True))
    _clear(store, orders)
    of_orders.delete()
    return others


def _clear(store: Store, order_ids: Collection[str]) -> None:
    of_orders = {"store": store, "order_external_id__in": order_ids}
    shipments = Shipment.objects.filter(**of_orders)
    names = list(shipments.values_list("external_id", flat=True))
    TrackingStep.objects.filter(store=store, shipment_external_id__in=names).delete()
    for model in (OrderLine, Refund, Shipment):
        model._default_manager.filter(**of_orders).delete()  # noqa: SLF001 - Django documents it
    Order.objects.filter(store=store, external_id__in=order_ids, identity=None).delete()
