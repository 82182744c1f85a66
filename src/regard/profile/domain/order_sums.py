"""What orders learn from their lines, refunds and shipments. Each is derived anew from all rows of the order.

* An order whose shop told no total is worth the sum of its lines. Lines with a quantity below zero are returns:
  they make a refund, and a document of nothing but such lines is no order.
* An order whose shop does not say when it was promised or delivered was promised for when its last shipment
  was, and delivered when all of its shipments were.
* What was refunded is the sum that a file told and the refunds after that; all of it where a refund names no
  amount.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from regard.core.models import Store

DERIVE_ORDERS = """
    WITH sold AS (
        SELECT order_external_id AS order_id, bool_or(quantity >= 0) AS sells,
            CASE WHEN min(currency) = max(currency)
                AND bool_and(total_minor IS NOT NULL OR quantity < 0)
                THEN greatest(coalesce(sum(total_minor) FILTER (WHERE quantity >= 0), 0), 0) END AS total,
            min(currency) AS currency
        FROM profile_orderline WHERE store_id = %(store)s AND order_external_id = ANY(%(orders)s) GROUP BY 1
    ), parcels AS (
        SELECT order_external_id AS order_id, max(promised_at) AS promised_at,
            CASE WHEN bool_and(delivered_at IS NOT NULL) THEN max(delivered_at) END AS delivered_at
        FROM profile_shipment WHERE store_id = %(store)s AND order_external_id = ANY(%(orders)s)
            AND NOT superseded AND state <> 'cancelled' GROUP BY 1
    ), derived AS (
        SELECT placed.id,
            CASE WHEN told ? 'total' THEN placed.total_minor ELSE sold.total END AS total,
            CASE WHEN told ? 'total' THEN placed.currency
                ELSE coalesce(sold.currency, %(currency)s) END AS currency,
            NOT told ? 'described' AND NOT coalesce(sold.sells, TRUE) AS is_return,
            CASE WHEN told ? 'promised_at' THEN placed.promised_at ELSE parcels.promised_at END AS promised_at,
            CASE WHEN told ? 'delivered_at' THEN placed.delivered_at
                ELSE parcels.delivered_at END AS delivered_at
        FROM profile_order AS placed
        LEFT JOIN sold ON sold.order_id = placed.external_id
        LEFT JOIN parcels ON parcels.order_id = placed.external_id
        WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
    )
    UPDATE profile_order AS placed SET total_minor = derived.total, currency = derived.currency,
        is_return = derived.is_return, promised_at = derived.promised_at, delivered_at = derived.delivered_at
    FROM derived WHERE placed.id = derived.id
    AND (placed.total_minor, placed.currency, placed.is_return, placed.promised_at, placed.delivered_at)
        IS DISTINCT FROM (derived.total, derived.currency, derived.is_return, derived.promised_at,
            derived.delivered_at)
"""
DERIVE_RETURNS = """
    WITH returned AS (
        SELECT line.order_external_id AS order_id, coalesce(-sum(line.total_minor), 0) AS amount,
            min(line.currency) AS currency, max(line.described_at) AS at, max(line.event_id) AS event_id
        FROM profile_orderline AS line
        JOIN profile_order AS placed
            ON placed.store_id = line.store_id AND placed.external_id = line.order_external_id
        WHERE line.store_id = %(store)s AND line.order_external_id = ANY(%(orders)s) AND line.quantity < 0
            AND NOT placed.told ? 'total'
        GROUP BY 1 HAVING min(line.currency) = max(line.currency)
    ), gone AS (
        DELETE FROM profile_refund AS refund
        WHERE refund.store_id = %(store)s AND refund.order_external_id = ANY(%(orders)s)
            AND refund.kind = 'returned'
            AND NOT EXISTS (SELECT FROM returned WHERE returned.order_id = refund.order_external_id)
    )
    INSERT INTO profile_refund AS held (store_id, kind, order_external_id, external_id, amount_minor, currency,
        reason, refunded_at, described_at, event_id)
    SELECT %(store)s, 'returned', order_id, '', amount, currency, '', at, at, event_id FROM returned
    ON CONFLICT (store_id, order_external_id, kind, external_id) DO UPDATE SET
        amount_minor = EXCLUDED.amount_minor, currency = EXCLUDED.currency, refunded_at = EXCLUDED.refunded_at,
        described_at = EXCLUDED.described_at, event_id = EXCLUDED.event_id
"""
DERIVE_REFUNDED = """
    WITH counted AS (
        SELECT refund.order_external_id AS order_id, refund.amount_minor, refund.currency
        FROM profile_refund AS refund
        LEFT JOIN profile_refund AS told ON told.store_id = refund.store_id
            AND told.order_external_id = refund.order_external_id AND told.kind = 'sum'
        WHERE refund.store_id = %(store)s AND refund.order_external_id = ANY(%(orders)s)
            AND (refund.kind <> 'single' OR refund.refunded_at > coalesce(told.covers_until, '-infinity'))
    ), derived AS (
        SELECT placed.id, greatest(
            coalesce(sum(counted.amount_minor) FILTER (WHERE counted.currency = placed.currency), 0),
            CASE WHEN bool_or(counted.order_id IS NOT NULL AND counted.amount_minor IS NULL)
                THEN placed.total_minor END
        ) AS refunded
        FROM profile_order AS placed LEFT JOIN counted ON counted.order_id = placed.external_id
        WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
        GROUP BY placed.id
    )
    UPDATE profile_order AS placed SET refunded_minor = derived.refunded
    FROM derived WHERE placed.id = derived.id AND placed.refunded_minor <> derived.refunded
"""


def derive_sums(store: Store, order_ids: Collection[str]) -> None:
    """Bring what is derived up to date for these orders; three statements."""
    values: dict[str, Any] = {"store": store.pk, "orders": list(order_ids), "currency": store.currency}
    with connection.cursor() as cursor:
        for statement in (DERIVE_ORDERS, DERIVE_RETURNS, DERIVE_REFUNDED):
            cursor.execute(statement, values)
