"""Shipments: one row for each name that a parcel goes by, of which the best known is shown.

A shop calls a parcel by its own number, a carrier by the tracking number. Each name has a row; once an event
tells both, what is told by the tracking number alone is taken over into the shop's row, which keeps all numbers
that it was ever told with, and the other row is superseded. So is the nameless parcel of an order, told of by
the order's id alone, while a named one is known. Every part is taken from its latest telling, so the order of
arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from regard.core.models import Store
from regard.profile.domain.tellings import Row, RowTable, earliest_first, rank_of, upsert_rows
from regard.profile.domain.told_shipments import ToldShipment
from regard.profile.models import ShipmentState

TABLE = RowTable(
    "profile_shipment",
    {
        "order_external_id": "text", "carrier": "text", "tracking_number": "text", "tracking_url": "text",
        "state": "text", "state_text": "text", "shipped_at": "timestamptz", "promised_at": "timestamptz",
        "delivered_at": "timestamptz", "tracking_numbers": "varchar[]", "superseded": "boolean",
    },
)  # fmt: skip
STEP_COLUMNS = {
    "shipment_external_id": "text", "at": "timestamptz", "state": "text", "place": "text", "text": "text",
    "event_id": "bigint",
}  # fmt: skip
COLUMNS_OF_PART = {"state": ("state", "state_text"), "order": ("order_external_id",)}
# Name by name: an overlap of two arrays is compared member by member wherever its index is not used.
SAME_PARCEL = """
    SELECT shipment.external_id FROM unnest(%(names)s::varchar[]) AS name
    JOIN profile_shipment AS shipment
        ON shipment.tracking_numbers @> ARRAY[name] AND shipment.store_id = %(store)s
"""
# Both ways: a parcel that turns out to be of another order leaves the nameless one of its former order alone.
SUPERSEDE_NAMELESS = """
    UPDATE profile_shipment AS nameless SET superseded = NOT nameless.superseded
    WHERE nameless.store_id = %(store)s AND nameless.external_id = ANY(%(nameless)s)
    AND nameless.superseded <> EXISTS (
        SELECT FROM profile_shipment AS named WHERE named.store_id = %(store)s
        AND named.order_external_id = nameless.order_external_id AND named.id <> nameless.id
        AND NOT named.superseded)
"""


def save_shipments(store: Store, told: Collection[ToldShipment]) -> set[str]:
    """Bring the shipments that are told of up to date; gives the ids of the orders concerned."""
    if not told:
        return set()
    rows = _load(store, {name for said in told for name in (said.external_id, said.tracking_number) if name})
    before = {row.values["order_external_id"] for row in rows.values()}
    for said in told:
        if said.external_id not in rows:
            rows[said.external_id] = _new_row()
        _apply(rows[said.external_id], said)
    _take_over(rows)
    TABLE.save(store, rows)
    _save_steps(store, told)
    orders = (before | {row.values["order_external_id"] for row in rows.values()}) - {""}
    with connection.cursor() as cursor:
        nameless = [f"order:{order_id}" for order_id in orders]
        cursor.execute(SUPERSEDE_NAMELESS, {"store": store.pk, "nameless": nameless})
    return orders


def _load(store: Store, names: set[str]) -> dict[str, Row]:
    """The rows of these names, and those of all other names of the same parcels."""
    with connection.cursor() as cursor:
        cursor.execute(SAME_PARCEL, {"store": store.pk, "names": list(names)})
        rows = TABLE.load(store, names.union(name for (name,) in cursor))
    others = {number for row in rows.values() for number in row.values["tracking_numbers"]} - rows.keys()
    return rows | TABLE.load(store, others)


def _new_row() -> Row:
    texts = dict.fromkeys(
        ("order_external_id", "carrier", "tracking_number", "tracking_url", "state_text"), ""
    )
    times = dict.fromkeys(("shipped_at", "promised_at", "delivered_at"))
    state = ShipmentState.UNKNOWN.value
    return Row({**texts, **times, "state": state, "tracking_numbers": [], "superseded": False})


def _apply(row: Row, said: ToldShipment) -> None:
    rank = rank_of(said.at, said.event.id)
    told: dict[str, Any] = {
        "order": said.order_id,
        "carrier": said.carrier,
        "tracking_number": said.tracking_number,
        "tracking_url": said.tracking_url,
        "promised_at": said.promised_at,
    }
    for part, value in told.items():
        if value:
            [column] = COLUMNS_OF_PART.get(part, (part,))
            row.tell(part, rank, **{column: value})
    if said.state is not None:
        row.tell("state", rank, state=said.state.value, state_text=said.state_text)
    _tell_time(row, "shipped_at", said, ShipmentState.SHIPPED)
    _tell_time(row, "delivered_at", said, ShipmentState.DELIVERED)
    if said.tracking_number and said.shipment_id not in ("", said.tracking_number):
        numbers = {*row.values["tracking_numbers"], said.tracking_number}
        row.put("tracking_numbers", sorted(numbers))


def _tell_time(row: Row, part: str, said: ToldShipment, state: ShipmentState) -> None:
    """A time that is told outright goes before one that follows from a state; of those the earliest counts."""
    told = said.shipped_at if part == "shipped_at" else said.delivered_at
    if told:
        row.tell(part, [1, *rank_of(said.at, said.event.id)], **{part: told})
    for step in said.steps:
        if step.state == state:
            row.tell(part, [0, *earliest_first(rank_of(step.at, said.event.id))], **{part: step.at})


def _take_over(rows: dict[str, Row]) -> None:
    """What was told by a tracking number alone is told of the shipments that have it."""
    for shipment_id in sorted(rows):
        shipment = rows[shipment_id]
        for number in shipment.values["tracking_numbers"]:
            if number in rows:
                _merge(shipment, rows[number])
                rows[number].put("superseded", True)


def _merge(into: Row, other: Row) -> None:
    for part, rank in other.told.items():
        columns = COLUMNS_OF_PART.get(part, (part,))
        into.tell(part, rank, **{column: other.values[column] for column in columns})


def _save_steps(store: Store, told: Iterable[ToldShipment]) -> None:
    """Of several tellings of a state at the same moment the latest event's words are kept."""
    steps: dict[tuple[Any, ...], dict[str, Any]] = {}
    for said in sorted(told, key=lambda said: said.event.id):
        for step in said.steps:
            key = {"shipment_external_id": said.external_id, "at": step.at, "state": step.state.value}
            steps[tuple(key.values())] = {
                **key, "place": step.place, "text": step.text, "event_id": said.event.id,
            }  # fmt: skip
    upsert_rows(
        "profile_trackingstep",
        STEP_COLUMNS,
        steps.values(),
        store=store,
        key=("shipment_external_id", "at", "state"),
        only_if="held.event_id <= EXCLUDED.event_id",
    )
