"""Good customers who buy more than they used to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from regard.act.domain import thresholds
from regard.act.domain.high_value import high_value_line
from regard.act.domain.raising import Reason
from regard.act.models import AlertKind, AlertLevel
from regard.core.models import Store
from regard.core.money import money_text
from regard.profile.domain.order_statuses import VOID_STATUSES

WEEK = thresholds.TREND_RECENT
FIND_EXPANDING = """
    WITH bought AS (
        SELECT buyer.customer_id,
            (array_agg(buyer.id ORDER BY placed.ordered_at DESC, placed.id DESC))[1] AS buyer_id
        FROM profile_order placed JOIN profile_identity buyer ON buyer.id = placed.identity_id
        WHERE placed.store_id = %(store)s AND placed.ordered_at > %(since)s AND placed.ordered_at <= %(now)s
            AND NOT placed.history AND NOT placed.is_return GROUP BY buyer.customer_id
    )
    SELECT bought.buyer_id, sums.spent, sums.recent, sums.earlier, health.value
    FROM bought
    JOIN score_score health ON health.store_id = %(store)s AND health.name = 'health'
        AND health.subject_type = 'customer' AND health.subject_id = bought.customer_id
    CROSS JOIN LATERAL (
        SELECT sum(total_minor - refunded_minor)::bigint AS spent,
            avg(total_minor) FILTER (WHERE ordered_at > %(since)s) AS recent,
            avg(total_minor) FILTER (WHERE ordered_at <= %(since)s) AS earlier,
            count(total_minor) FILTER (WHERE ordered_at <= %(since)s) AS orders
        FROM profile_identity own JOIN profile_order ON identity_id = own.id
        WHERE own.store_id = %(store)s AND own.customer_id = bought.customer_id AND ordered_at <= %(now)s
            AND currency = %(currency)s AND NOT is_return AND lower(status) <> ALL(%(void)s)
    ) AS sums
    WHERE health.value >= %(health)s AND sums.spent >= %(line)s AND sums.orders >= %(orders)s
        AND sums.recent >= sums.earlier * %(rise)s
    ORDER BY sums.spent DESC, bought.customer_id LIMIT %(most)s
"""


def check_expansion(store: Store, now: datetime) -> Iterator[Reason]:
    """In the top quarter by spend, with a health of at least 60, and this week's orders are on average 5 % above
    those before, at least two. Of the store's hundred who have spent most. Two queries.
    """
    line = high_value_line(store)
    if line is None:
        return
    values: dict[str, Any] = {
        "store": store.pk,
        "now": now,
        "since": now - WEEK,
        "currency": store.currency,
        "void": list(VOID_STATUSES),
        "health": thresholds.EXPANSION_HEALTH,
        "line": line,
        "orders": thresholds.EXPANSION_ORDERS,
        "rise": 1 + thresholds.EXPANSION_SHARE,
        "most": thresholds.EXPANSION_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND_EXPANDING, values)
        rows = cursor.fetchall()
    for identity_id, spent, recent, earlier, health in rows:
        told = {
            "spent": money_text(spent, store.currency),
            "recent": money_text(round(recent), store.currency),
            "earlier": money_text(round(earlier), store.currency),
            "health": f"{health:.0f}",
        }
        text = _("Orders of %(recent)s this week, %(earlier)s before; spent %(spent)s, health %(health)s.")
        yield Reason(
            kind=AlertKind.EXPANSION,
            level=AlertLevel.OPPORTUNITY,
            instance=f"{now.isoformat()}/{identity_id}",
            text=text % told,
            identity_id=identity_id,
        )
