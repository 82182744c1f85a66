"""What orders learn from their lines, refunds and shipments. Each is derived anew from all rows of the order.

* An order whose shop told no total is worth the sum of its lines. Lines with a quantity below zero are returns:
  they make a refund, and a document of nothing but such lines is no order. Lines with a price below zero are
  discounts and corrections: they count as they are, so that a document of nothing else is worth less than nothing
  and the orders of a shop add up to what its file says.
* An order whose shop does not say when it was promised or delivered was promised for when its last shipment
  was, and delivered when all of its shipments were.
* What was refunded is the sum that a file told and the refunds after that; all of it where a refund names no
  amount. An order whose last word is a refund is refunded, or partially so while that is less than its total.
  A state of "refunded" stands for all of it until another state is told. A refund in another currency than its
  order's has no part in it; the timeline says so.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from regard.capture.domain.bulk import joining_sets, run_bulk
from regard.core.models import Store
from regard.profile.domain.order_statuses import PARTIALLY_REFUNDED, REFUNDED

WITH_PARTS = """
    SELECT order_external_id FROM profile_refund WHERE store_id = %b AND order_external_id = ANY(%b::text[])
    UNION ALL SELECT order_external_id FROM profile_shipment
    WHERE store_id = %b AND order_external_id = ANY(%b::text[])
"""
# One look into an index for each order: whole sets of its parts are joined badly where a table has just grown.
# `+ 0` keeps the store from being a reason to take an index that does not begin with the order. Both sides of any
# other join name the orders, so that neither reads the whole table; what is derived is derived before that join.
DERIVE_ORDERS = """
    WITH derived AS MATERIALIZED (
        SELECT placed.id,
            CASE WHEN told ? 'total' THEN placed.total_minor ELSE sold.total END AS total,
            CASE WHEN told ? 'total' THEN placed.currency
                ELSE coalesce(sold.currency, %(currency)s) END AS currency,
            NOT told ? 'described' AND NOT coalesce(sold.sells, TRUE) AS is_return,
            CASE WHEN told ? 'promised_at' THEN placed.promised_at ELSE parcels.promised_at END AS promised_at,
            CASE WHEN told ? 'delivered_at' THEN placed.delivered_at
                ELSE parcels.delivered_at END AS delivered_at
        FROM profile_order AS placed
        LEFT JOIN LATERAL (
            SELECT bool_or(quantity >= 0) AS sells, min(line.currency) AS currency,
                CASE WHEN min(line.currency) = max(line.currency)
                    AND bool_and(line.total_minor IS NOT NULL OR quantity < 0)
                    THEN coalesce(sum(line.total_minor) FILTER (WHERE quantity >= 0), 0)
                END AS total
            FROM profile_orderline AS line
            WHERE line.order_external_id = placed.external_id AND line.store_id + 0 = %(store)s
        ) AS sold ON TRUE
        LEFT JOIN LATERAL (
            SELECT max(parcel.promised_at) AS promised_at,
                CASE WHEN bool_and(parcel.delivered_at IS NOT NULL) THEN max(parcel.delivered_at)
                END AS delivered_at
            FROM profile_shipment AS parcel
            WHERE parcel.order_external_id = placed.external_id AND parcel.store_id + 0 = %(store)s
                AND NOT parcel.superseded AND parcel.state <> 'cancelled'
        ) AS parcels ON TRUE
        WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    )
    UPDATE profile_order AS placed SET total_minor = derived.total, currency = derived.currency,
        is_return = derived.is_return, promised_at = derived.promised_at, delivered_at = derived.delivered_at
    FROM derived WHERE placed.id = derived.id
    AND placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    AND (placed.total_minor, placed.currency, placed.is_return, placed.promised_at, placed.delivered_at)
        IS DISTINCT FROM (derived.total, derived.currency, derived.is_return, derived.promised_at,
            derived.delivered_at)
"""
FORGET_RETURNS = """
    DELETE FROM profile_refund
    WHERE store_id = %(store)s AND order_external_id = ANY(%(orders)s) AND kind = 'returned'
"""
DERIVE_RETURNS = """
    INSERT INTO profile_refund (store_id, kind, order_external_id, external_id, amount_minor, currency,
        reason, counted, refunded_at, described_at, event_id)
    SELECT %(store)s, 'returned', placed.external_id, '', returned.amount, returned.currency, '', TRUE,
        returned.at, returned.at, returned.event_id
    FROM profile_order AS placed
    CROSS JOIN LATERAL (
        SELECT coalesce(-sum(line.total_minor), 0) AS amount, min(line.currency) AS currency,
            max(line.described_at) AS at, max(line.event_id) AS event_id
        FROM profile_orderline AS line
        WHERE line.order_external_id = placed.external_id AND line.store_id + 0 = %(store)s AND line.quantity < 0
        HAVING min(line.currency) = max(line.currency)
    ) AS returned
    WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s) AND NOT placed.told ? 'total'
"""
# A single refund is part of the sum that covers it; everything else is part of the first refund of the whole.
COUNT_REFUNDS = """
    WITH derived AS MATERIALIZED (
        SELECT known.id, known.counted
        FROM profile_order AS placed
        CROSS JOIN LATERAL (
            SELECT id, stands AND (NOT bool_or(is_whole) OVER () OR (is_whole
                AND row_number() OVER (PARTITION BY is_whole ORDER BY refunded_at, event_id) = 1)) AS counted
            FROM (
                SELECT id, refunded_at, event_id, stands,
                    stands AND amount_minor IS NULL AND placed.total_minor IS NOT NULL AS is_whole
                FROM (
                    SELECT *, is_so AND (kind <> 'single' OR coalesce(refunded_at
                        > max(covers_until) FILTER (WHERE kind = 'sum' AND is_so) OVER (), TRUE)) AS stands
                    FROM (
                        SELECT *, kind <> 'sum' OR amount_minor IS NOT NULL
                            OR coalesce((placed.told -> 'state' ->> 1)::bigint = event_id, TRUE) AS is_so
                        FROM profile_refund
                        WHERE order_external_id = placed.external_id AND store_id + 0 = %(store)s
                    ) AS told
                ) AS standing
            ) AS whole
        ) AS known
        WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    )
    UPDATE profile_refund AS refund SET counted = NOT refund.counted
    FROM derived WHERE refund.id = derived.id AND refund.counted <> derived.counted
    AND refund.store_id = %(store)s AND refund.order_external_id = ANY(%(orders)s)
"""
DERIVE_REFUNDED = """
    WITH derived AS MATERIALIZED (
        SELECT placed.id, paid_back.amount AS refunded,
            CASE WHEN told -> 'status' = told -> 'refund'
                THEN CASE WHEN paid_back.amount < placed.total_minor THEN %(partially)s ELSE %(refunded)s END
                ELSE placed.status END AS status
        FROM profile_order AS placed
        CROSS JOIN LATERAL (
            SELECT sum(refund.amount_minor) FILTER (WHERE refund.currency = placed.currency) AS amount,
                bool_or(refund.amount_minor IS NULL) AS is_whole
            FROM profile_refund AS refund
            WHERE refund.order_external_id = placed.external_id AND refund.store_id + 0 = %(store)s
                AND refund.counted
        ) AS counted
        CROSS JOIN LATERAL (
            SELECT greatest(coalesce(counted.amount, 0), CASE WHEN counted.is_whole THEN placed.total_minor END)
                AS amount
        ) AS paid_back
        WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    )
    UPDATE profile_order AS placed SET refunded_minor = derived.refunded, status = derived.status
    FROM derived WHERE placed.id = derived.id
    AND placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    AND (placed.refunded_minor, placed.status) IS DISTINCT FROM (derived.refunded, derived.status)
"""


def derive_sums(store: Store, order_ids: Collection[str], *, changed: Collection[str]) -> set[str]:
    """Bring what is derived up to date for these orders; eight statements, one when nothing is derived of any.

    Gives those of them that have refunds or shipments, or are among `changed`: the ones of which something may
    follow from lines, from a refund that was told, or from shipments that went to another order.
    """
    ids = list(order_ids)
    parts = run_bulk(WITH_PARTS, (store.pk, ids, store.pk, ids))
    concerned = {order_id for (order_id,) in parts}.union(changed)
    if not concerned:
        return concerned
    values: dict[str, Any] = {"store": store.pk, "orders": list(concerned), "currency": store.currency}
    values |= {"refunded": REFUNDED, "partially": PARTIALLY_REFUNDED}
    with joining_sets(), connection.cursor() as cursor:
        for statement in (
            DERIVE_ORDERS,
            FORGET_RETURNS,
            DERIVE_RETURNS,
            COUNT_REFUNDS,
            DERIVE_REFUNDED,
        ):
            cursor.execute(statement, values)
    return concerned
