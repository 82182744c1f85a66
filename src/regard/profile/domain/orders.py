"""Orders as their shop describes them: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from regard.capture.domain.reader import Batch
from regard.core.models import Store
from regard.profile.domain.order_descriptions import Description, describes_order, description_of
from regard.profile.domain.timeline import note_events
from regard.profile.models import Identity, Order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAVED_FIELDS = [
    "identity", "status", "ordered_at", "promised_at", "delivered_at", "total_minor", "currency", "history",
    "described_at", "event_id", "told",
]  # fmt: skip
Rank = list[int]  # of the descriptions that tell a part of an order, the one with the highest counts


def project_orders(batch: Batch) -> None:
    """Bring the orders that the batch describes up to date; adds their customers to `touched`.

    For every part of an order the latest description that speaks of it counts (a tie: the later event).
    When and by whom it was placed is told by completed and imported orders, else by its earliest event.
    What cannot be used of an event is noted in the timeline. Runs after identify_batch.
    """
    descriptions = _descriptions(batch)
    note_events(
        store=batch.store,
        notes={said.event.id: " ".join(said.notes) for said in descriptions if said.notes},
    )
    usable = [said for said in descriptions if said.order_id and said.event.id in batch.identity_of]
    if not usable:
        return
    orders = _load(batch.store, {said.order_id for said in usable})
    for said in usable:
        identity_id = batch.identity_of[said.event.id]
        if said.order_id not in orders:
            orders[said.order_id] = _new_order(batch.store, said, identity_id)
        _apply(orders[said.order_id], said, identity_id)
    Order.objects.bulk_create(
        [orders[order_id] for order_id in sorted(orders)],
        update_conflicts=True,
        unique_fields=["store", "external_id"],
        update_fields=SAVED_FIELDS,
    )
    identities = {order.identity_id for order in orders.values()}
    batch.touched.update(
        Identity.objects.filter(pk__in=identities, store=batch.store).values_list("customer_id", flat=True)
    )


def described_order_ids(batch: Batch) -> set[str]:
    """External ids of the orders that the batch describes."""
    return {said.order_id for said in _descriptions(batch) if said.order_id}


def _descriptions(batch: Batch) -> list[Description]:
    currency = batch.store.currency
    return [description_of(event, currency=currency) for event in batch.events if describes_order(event)]


def _load(store: Store, external_ids: set[str]) -> dict[str, Order]:
    found = Order.objects.filter(store=store, external_id__in=external_ids)
    return {order.external_id: order for order in found}


def _new_order(store: Store, said: Description, identity_id: int) -> Order:
    return Order(
        store=store,
        identity_id=identity_id,
        external_id=said.order_id,
        ordered_at=said.ordered_at,
        currency=store.currency,
        history=True,
        described_at=said.at,
        event_id=said.event.id,
    )


def _apply(order: Order, said: Description, identity_id: int) -> None:
    rank = [_microseconds(said.at), said.event.id]
    earliest_first = [-number for number in rank]
    if _is_told(order, "placed", [1, *rank] if said.places else [0, *earliest_first]):
        order.ordered_at, order.identity_id = said.ordered_at, identity_id
    if said.status and _is_told(order, "status", rank):
        order.status = said.status
    if said.promised_at and _is_told(order, "promised_at", rank):
        order.promised_at = said.promised_at
    if said.delivered_at and _is_told(order, "delivered_at", rank):
        order.delivered_at = said.delivered_at
    if said.total and _is_told(order, "total", rank):
        order.total_minor, order.currency = said.total
    described = max((order.described_at, order.event_id), (said.at, said.event.id))
    order.described_at, order.event_id = described
    order.history = order.history and said.event.history


def _is_told(order: Order, part: str, rank: Rank) -> bool:
    """Whether a description of this rank tells `part`; notes it if so."""
    if rank <= order.told.get(part, []):
        return False
    order.told[part] = rank
    return True


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
