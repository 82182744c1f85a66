"""Which events an order was taken from: more than its customer's own, since others tell of it too."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection

from regard.core.models import Store

# Every rank ends with the id of its event, below zero where the earliest counts (see tellings.py).
SOURCES = """
    WITH placed AS (
        SELECT external_id, event_id, told FROM profile_order
        WHERE store_id = %(store)s AND identity_id = ANY(%(identities)s)
    ), parcel AS (
        SELECT shipment.external_id, shipment.tracking_numbers FROM profile_shipment AS shipment
        JOIN placed ON placed.external_id = shipment.order_external_id WHERE shipment.store_id = %(store)s
    ), known AS (
        SELECT external_id AS name FROM parcel UNION SELECT unnest(tracking_numbers) FROM parcel
    ), ranks AS (
        SELECT told FROM placed
        UNION ALL SELECT shipment.told FROM profile_shipment AS shipment
        JOIN known ON known.name = shipment.external_id WHERE shipment.store_id = %(store)s
    )
    SELECT event_id FROM placed
    UNION SELECT abs((part.rank ->> -1)::bigint) FROM ranks CROSS JOIN jsonb_each(ranks.told) AS part (name, rank)
    UNION SELECT line.event_id FROM profile_orderline AS line
        JOIN placed ON placed.external_id = line.order_external_id WHERE line.store_id = %(store)s
    UNION SELECT refund.event_id FROM profile_refund AS refund
        JOIN placed ON placed.external_id = refund.order_external_id WHERE refund.store_id = %(store)s
    UNION SELECT step.event_id FROM profile_trackingstep AS step
        JOIN known ON known.name = step.shipment_external_id WHERE step.store_id = %(store)s
    UNION SELECT follower.event_id FROM profile_orderfollower AS follower
        JOIN placed ON placed.external_id = follower.order_external_id
        WHERE follower.store_id = %(store)s AND follower.order_external_id <> ''
    UNION SELECT follower.event_id FROM profile_orderfollower AS follower
        JOIN known ON known.name = follower.shipment_external_id
        WHERE follower.store_id = %(store)s AND follower.shipment_external_id <> ''
"""


def sources_of_orders(store: Store, identity_ids: Sequence[int]) -> Collection[int]:
    """The ids of the events that count in the orders of these identities and in their parts, whoever sent them.

    An event of which a later one spoke better in every respect does not count, and is found only where it names
    nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, {"store": store.pk, "identities": list(identity_ids)})
        return [number for (number,) in cursor.fetchall()]
