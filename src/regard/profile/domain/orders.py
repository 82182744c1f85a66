"""Orders with their lines, refunds and shipments: the same whatever order the events arrive in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.profile.domain.order_descriptions import (
    REFUND,
    Description,
    Source,
    describes_order,
    description_of,
    order_id_of,
    properties_of,
)
from regard.profile.domain.order_followers import Follower, follow_orders
from regard.profile.domain.order_lines import BatchLines
from regard.profile.domain.order_statuses import is_refunded
from regard.profile.domain.order_sums import derive_sums
from regard.profile.domain.refunds import (
    ToldRefund,
    note_other_currencies,
    refund_event_ids,
    refund_of_call,
    refund_of_fact,
    refund_of_status,
    save_refunds,
)
from regard.profile.domain.shipments import save_shipments
from regard.profile.domain.tellings import Row, RowTable, earliest_first, rank_of
from regard.profile.domain.timeline import note_events
from regard.profile.domain.told_lines import ToldLine, line_of_fact, listing_of
from regard.profile.domain.told_shipments import ToldShipment, tells_of_shipment, told_shipment
from regard.profile.domain.touching import touch_customers
from regard.profile.facts import OrderImported, OrderLineImported

TABLE = RowTable(
    "profile_order",
    {
        "identity_id": "bigint", "status": "text", "ordered_at": "timestamptz", "promised_at": "timestamptz",
        "delivered_at": "timestamptz", "cancelled_at": "timestamptz", "total_minor": "bigint",
        "refunded_minor": "bigint", "currency": "text", "is_return": "boolean", "history": "boolean",
        "described_at": "timestamptz", "event_id": "bigint",
    },
)  # fmt: skip
PLACED_BY = """
    SELECT DISTINCT identity_id FROM profile_order
    WHERE store_id = %b AND external_id = ANY(%b::text[]) AND identity_id IS NOT NULL
"""


@dataclass
class _Told:
    """What the events of a batch say, read once. listings, lines and refunds come with their order's id."""

    descriptions: list[Description] = field(default_factory=list)
    listings: list[tuple[str, LoggedEvent, list[ToldLine]]] = field(default_factory=list)
    lines: list[tuple[str, ToldLine]] = field(default_factory=list)
    refunds: list[tuple[str, ToldRefund]] = field(default_factory=list)
    shipments: list[ToldShipment] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)

    def note(self, event: LoggedEvent, notes: list[str]) -> None:
        if notes:
            self.notes.setdefault(event.id, []).extend(notes)


def project_orders(batch: Batch) -> None:
    """Bring the orders that the batch speaks of up to date, with their lines, refunds and shipments.

    For every part of an order the latest description that speaks of it counts (a tie: the later event). When
    and by whom it was placed is told by completed and imported orders, else by lines, else by its earliest
    event. Events that name nobody follow their order. Adds the customers concerned to `touched`; what cannot be
    used of an event is noted in the timeline. Runs after identify_batch.
    """
    told = batch.read(read_orders)
    if not told.descriptions and not told.shipments:
        return
    notes = {event_id: " ".join(dict.fromkeys(words)) for event_id, words in told.notes.items()}
    placed = {event_id: words for event_id, words in notes.items() if event_id in batch.identity_of}
    note_events(store=batch.store, notes=placed)  # those of others wait with their events
    orders = TABLE.load(batch.store, {said.order_id for said in told.descriptions if said.order_id})
    identities = _identities(orders)  # that the orders were put to before
    _describe(batch, told.descriptions, orders)
    refunded_before = refund_event_ids(batch.store, {order_id for order_id, _refund in told.refunds})
    _save_parts(batch.store, told, orders)
    shipped = save_shipments(batch.store, [said for said in told.shipments if said.external_id])
    concerned = orders.keys() | shipped
    changed = shipped.union(order_id for order_id, row in orders.items() if _is_derived(row))
    with_parts = derive_sums(batch.store, concerned, changed=changed)
    batch.identity_of.update(follow_orders(batch.store, _followers(batch, told, notes), concerned))
    note_other_currencies(batch.store, with_parts, before=refunded_before)
    identities |= _identities(orders) | _placed_by(batch.store, shipped - orders.keys())
    touch_customers(batch, identities)


def described_order_ids(batch: Batch) -> set[str]:
    """External ids of the orders that the batch describes, so that it may have changed who placed them."""
    return batch.read(read_order_ids)


def read_order_ids(_store: Store, events: Sequence[LoggedEvent]) -> set[str]:
    """External ids of the orders that the events describe."""
    described = filter(describes_order, events)
    ids = {
        order_id_of(properties_of(event), []) if event.type == "track" else str(event.body["order_id"])
        for event in described
    }
    return ids - {""}


def read_orders(store: Store, events: Sequence[LoggedEvent]) -> _Told:
    """What the events say of orders and shipments."""
    told = _Told()
    for event in events:
        if describes_order(event):
            _read_order(event, store.currency, told)
        if tells_of_shipment(event):
            said = told_shipment(event)
            told.shipments.append(said)
            told.note(event, said.notes)
    return told


def _identities(orders: Mapping[str, Row]) -> set[int]:
    return {row.values["identity_id"] for row in orders.values()} - {None}


def _read_order(event: LoggedEvent, currency: str, told: _Told) -> None:
    said = description_of(event, currency=currency)
    told.descriptions.append(said)
    if said.order_id:
        _read_parts(event, said, currency, told)
    told.note(event, said.notes)


def _read_parts(event: LoggedEvent, said: Description, currency: str, told: _Told) -> None:
    notes = said.notes
    if event.name == OrderLineImported.__name__:
        told.lines.append((said.order_id, line_of_fact(event)))
    elif event.name == REFUND:
        told.refunds.append((said.order_id, refund_of_call(event, currency=currency, notes=notes)))
    elif event.name == OrderImported.__name__:
        refund = refund_of_fact(event)
        told.refunds += [(said.order_id, refund)] if refund else []
    else:
        if is_refunded(said.status):
            told.refunds.append((said.order_id, refund_of_status(event, currency=currency)))
        if (listed := listing_of(event, currency=currency, notes=notes)) is not None:
            told.listings.append((said.order_id, event, listed))


def _is_derived(row: Row) -> bool:
    """Whether its worth follows from lines, or did until now, or its state from a refund."""
    return "total" not in row.told or "refund" in row.told or bool(row.values["is_return"])


def _describe(batch: Batch, descriptions: Iterable[Description], orders: dict[str, Row]) -> None:
    for said in descriptions:
        if said.order_id:
            row = orders.get(said.order_id)
            if row is None:
                row = orders[said.order_id] = _new_row(batch.store, said)
            _apply(row, said, batch.identity_of.get(said.event.id))


def _new_row(store: Store, said: Description) -> Row:
    return Row(
        {
            "identity_id": None,
            "status": "",
            "ordered_at": said.ordered_at,
            "promised_at": None,
            "delivered_at": None,
            "cancelled_at": None,
            "total_minor": None,
            "refunded_minor": 0,
            "currency": store.currency,
            "is_return": False,
            "history": True,
            "described_at": said.at,
            "event_id": said.event.id,
        }
    )


def _apply(row: Row, said: Description, identity_id: int | None) -> None:
    rank = rank_of(said.at, said.event.id)
    placing = [int(said.source), *(rank if said.source == Source.ORDER else earliest_first(rank))]
    row.tell("placed", placing, ordered_at=said.ordered_at)
    if identity_id is not None:
        row.tell("by", placing, identity_id=identity_id)
    if said.source != Source.LINE:
        _apply_parts(row, said, rank)
    values = row.values
    if (said.at, said.event.id) > (values["described_at"], values["event_id"]):
        values["described_at"], values["event_id"], row.changed = said.at, said.event.id, True
    if not said.event.history:
        row.tell("live", rank, history=False)


def _apply_parts(row: Row, said: Description, rank: list[int]) -> None:
    row.tell("described", rank)
    if said.event.name == REFUND:
        row.tell("refund", rank)  # so that order_sums knows whether its status comes from a refund
    if said.tells_state:
        row.tell("state", rank)  # so that order_sums knows whether it is refunded still
    if said.status:
        row.tell("status", rank, status=said.status)
    if said.promised_at:
        row.tell("promised_at", rank, promised_at=said.promised_at)
    if said.delivered_at:
        row.tell("delivered_at", rank, delivered_at=said.delivered_at)
    if said.cancelled_at:
        row.tell("cancelled_at", rank, cancelled_at=said.cancelled_at)
    if said.total:
        row.tell("total", rank, total_minor=said.total[0], currency=said.total[1])


def _save_parts(store: Store, told: _Told, orders: Mapping[str, Row]) -> None:
    lines = BatchLines()
    for order_id, event, listed in told.listings:
        lines.add_listing(order_id, orders[order_id], (event.occurred_at, event.id, listed))
    for order_id, line in told.lines:
        lines.add_line(order_id, line)
    TABLE.save(store, orders)
    lines.save(store, orders)
    save_refunds(store, told.refunds)


def _followers(batch: Batch, told: _Told, notes: Mapping[int, str]) -> list[Follower]:
    """The events that name an order or shipment and nobody."""
    named = {said.event.id: (said.order_id, "") for said in told.descriptions}
    named |= {said.event.id: (said.order_id, said.external_id) for said in told.shipments}
    return [
        Follower(event.id, *named[event.id], event.occurred_at, notes.get(event.id, ""))
        for event in batch.events
        if event.id not in batch.identity_of and any(named.get(event.id, ()))
    ]


def _placed_by(store: Store, order_ids: Collection[str]) -> set[int]:
    """The identities that orders were placed by, as far as that is known."""
    if not order_ids:
        return set()
    return {identity_id for (identity_id,) in run_bulk(PLACED_BY, (store.pk, list(order_ids)))}
