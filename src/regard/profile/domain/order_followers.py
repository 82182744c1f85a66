"""Events that are about an order or a shipment and name nobody, as shop systems send them, follow the order.

They are put to whoever placed it: in the timeline, and for all later stages. One that comes before the order is
known, or before it is known who placed it, waits here; when that turns out to be somebody else, it moves along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from regard.capture.domain.bulk import run_bulk
from regard.core.models import Store
from regard.profile.domain.tellings import upsert_rows

COLUMNS = {
    "event_id": "bigint", "order_external_id": "text", "shipment_external_id": "text",
    "occurred_at": "timestamptz", "note": "text",
}  # fmt: skip
FIND_ORDERS_OF_SHIPMENTS = """
    UPDATE profile_orderfollower AS follower SET order_external_id = shipment.order_external_id
    FROM profile_shipment AS shipment
    CROSS JOIN LATERAL unnest(shipment.external_id || shipment.tracking_numbers) AS known (name)
    WHERE shipment.store_id = %b AND shipment.order_external_id = ANY(%b::text[])
    AND NOT shipment.superseded
    AND follower.store_id = %b AND follower.shipment_external_id = known.name
    AND follower.shipment_external_id <> ''
    AND follower.order_external_id <> shipment.order_external_id
"""
# The indexes are partial: their conditions must be said again, else all followers of the store are looked through.
PLACE_FOLLOWERS = """
    INSERT INTO profile_customerevent AS held (store_id, event_id, identity_id, occurred_at, note)
    SELECT %b, follower.event_id, placed.identity_id, follower.occurred_at, follower.note
    FROM profile_order AS placed
    CROSS JOIN LATERAL (
        SELECT event_id, occurred_at, note FROM profile_orderfollower
        WHERE store_id = %b AND order_external_id = placed.external_id AND order_external_id <> '' OFFSET 0
    ) AS follower
    WHERE placed.store_id = %b AND placed.external_id = ANY(%b::text[])
        AND placed.identity_id IS NOT NULL
    ON CONFLICT (store_id, event_id) DO UPDATE SET identity_id = EXCLUDED.identity_id
        WHERE held.identity_id <> EXCLUDED.identity_id
"""
WHOM_THEY_FOLLOW = """
    SELECT follower.event_id, placed.identity_id FROM profile_orderfollower AS follower
    JOIN profile_order AS placed
        ON placed.store_id = follower.store_id AND placed.external_id = follower.order_external_id
    WHERE follower.store_id = %b AND follower.event_id = ANY(%b::bigint[]) AND placed.identity_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Follower:
    """An event that names an order, a shipment or both. note: what of it could not be used."""

    event_id: int
    order_id: str
    shipment_id: str
    occurred_at: datetime
    note: str


def follow_orders(store: Store, followers: Sequence[Follower], order_ids: Collection[str]) -> dict[int, int]:
    """Keep these followers, and put all of these orders to whoever placed them.

    Gives the identities of those of `followers` whose customer is known, by event id.
    """
    rows = (
        {
            "event_id": follower.event_id,
            "order_external_id": follower.order_id,
            "shipment_external_id": "" if follower.order_id else follower.shipment_id,
            "occurred_at": follower.occurred_at,
            "note": follower.note,
        }
        for follower in followers
    )
    upsert_rows("profile_orderfollower", COLUMNS, rows, store=store, key=("event_id",))
    ids = list(order_ids)
    run_bulk(FIND_ORDERS_OF_SHIPMENTS, (store.pk, ids, store.pk))
    run_bulk(PLACE_FOLLOWERS, (store.pk, store.pk, store.pk, ids))
    if not followers:
        return {}
    return dict(run_bulk(WHOM_THEY_FOLLOW, (store.pk, [follower.event_id for follower in followers])))
