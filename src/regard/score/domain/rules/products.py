"""Which products have more returns or complaints than usual: read for all of a store at once, by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.score.domain.rules.keeping import Figures, keep_rule_scores
from regard.score.domain.rules.quality_issue import QUALITY_ISSUE, RECENT_DAYS, USUAL_DAYS
from regard.score.models import Score

SHOWN = 5  # pieces of evidence of a kind
SHARE = 40  # of 100: an answer about a product that is below is a complaint
_LINES = """
    SELECT DISTINCT line.product_external_id AS product, placed.external_id AS of, placed.ordered_at
    FROM profile_order AS placed JOIN profile_orderline AS line
        ON line.order_external_id = placed.external_id AND line.store_id = placed.store_id AND line.quantity > 0
    WHERE placed.store_id = %(store)s AND NOT placed.is_return AND NOT lower(placed.status) = ANY(%(void)s)
"""
_REFUNDS = """
    SELECT * FROM profile_refund WHERE store_id = %(store)s AND counted
        AND (amount_minor IS NULL OR amount_minor > 0)
"""
_COMPLAINTS = f"""
    SELECT product_external_id AS product, reviewed_at AS at FROM listen_review
    WHERE store_id = %(store)s AND reviewed_at BETWEEN %(usual)s AND %(now)s AND rating <= 2
    UNION ALL
    SELECT product_external_id, answered_at FROM listen_response
    WHERE store_id = %(store)s AND answered_at BETWEEN %(usual)s AND %(now)s AND score < {SHARE}
"""
# Of products of the catalogue that had a case of late.
READ = f"""
    WITH sold AS (
        SELECT product, count(*) FILTER (WHERE ordered_at > %(recent)s) AS recent, count(*) AS usual
        FROM ({_LINES} AND placed.ordered_at BETWEEN %(usual)s AND %(now)s) AS line GROUP BY product
    ), returned AS (
        SELECT product, count(DISTINCT of) FILTER (WHERE refunded_at > %(recent)s) AS recent,
            count(DISTINCT of) AS usual
        FROM ({_REFUNDS} AND refunded_at BETWEEN %(usual)s AND %(now)s) AS refund
        JOIN LATERAL ({_LINES} AND placed.external_id = refund.order_external_id) AS line ON true
        GROUP BY product
    ), complained AS (
        SELECT product, count(*) FILTER (WHERE at > %(recent)s) AS recent, count(*) AS usual
        FROM ({_COMPLAINTS}) AS said GROUP BY product
    )
    SELECT product.id, coalesce(returned.recent, 0), coalesce(returned.usual, 0),
        coalesce(complained.recent, 0), coalesce(complained.usual, 0), coalesce(sold.recent, 0),
        coalesce(sold.usual, 0)
    FROM profile_product AS product
    LEFT JOIN sold ON sold.product = product.external_id
    LEFT JOIN returned ON returned.product = product.external_id
    LEFT JOIN complained ON complained.product = product.external_id
    WHERE product.store_id = %(store)s AND greatest(returned.recent, complained.recent) > 0
"""
WORDS = """
    SELECT reviewed_at, concat_ws(' ', NULLIF(title, ''), NULLIF(body, '')), rating FROM listen_review
    WHERE store_id = %(store)s AND product_external_id = %(product)s AND rating <= 2
        AND reviewed_at BETWEEN %(recent)s AND %(now)s AND concat(title, body) <> ''
    ORDER BY reviewed_at DESC, id DESC LIMIT %(shown)s
"""
REASONS = f"""
    SELECT reason, count(DISTINCT of) FROM (
        {_REFUNDS} AND reason <> '' AND refunded_at BETWEEN %(recent)s AND %(now)s
    ) AS refund
    JOIN LATERAL ({_LINES} AND placed.external_id = refund.order_external_id
        AND line.product_external_id = %(product)s) AS line ON true
    GROUP BY reason ORDER BY 2 DESC, 1 LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Evidence:
    """words: what unhappy reviews of the last days say, with day and stars; reasons: of money given back, with how
    many orders."""

    words: list[tuple[datetime, str, int]]
    reasons: list[tuple[str, int]]


@transaction.atomic
def refresh_products(store: Store) -> int:
    """Compute and keep the score of every product that had a case of late; gives how many moved."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(READ, _values(store, now))
        known: dict[int, Figures] = {number: figures for number, *figures in cursor}
    mine = Score.objects.filter(store=store, name=QUALITY_ISSUE.name, subject_type=QUALITY_ISSUE.subject)
    looked_at = {*known, *mine.values_list("subject_id", flat=True)}
    return len(keep_rule_scores(store, QUALITY_ISSUE, known, looked_at=looked_at, now=now))


def evidence_of_product(store: Store, product_id: str) -> Evidence:
    """What speaks of a fault of the product in the last days. Two queries."""
    values = _values(store, clock.now()) | {"product": product_id, "shown": SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(WORDS, values)
        words = cursor.fetchall()
        cursor.execute(REASONS, values)
        return Evidence(words, cursor.fetchall())


def _values(store: Store, now: datetime) -> dict[str, Any]:
    recent, usual = (now - timedelta(days=days) for days in (RECENT_DAYS, USUAL_DAYS))
    return {"store": store.pk, "now": now, "recent": recent, "usual": usual, "void": list(VOID_STATUSES)}
