"""Good customers who buy more, or more often, than they used to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import starmap
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
DEARER = "(sums.orders >= %(orders)s AND sums.recent >= sums.earlier * %(rise)s)"
OFTENER = """(sums.known >= %(orders)s AND sums.often >= %(often)s
        AND sums.often >= sums.seldom * %(often_rise)s)"""
FIND_EXPANDING = f"""
    WITH bought AS (
        SELECT buyer.customer_id,
            (array_agg(buyer.id ORDER BY placed.ordered_at DESC, placed.id DESC))[1] AS buyer_id
        FROM profile_order placed JOIN profile_identity buyer ON buyer.id = placed.identity_id
        WHERE placed.store_id = %(store)s AND placed.ordered_at > %(since)s AND placed.ordered_at <= %(now)s
            AND NOT placed.history AND NOT placed.is_return GROUP BY buyer.customer_id
    )
    SELECT bought.buyer_id, sums.spent, health.value, sums.recent, sums.earlier, sums.often, sums.seldom,
        coalesce({DEARER}, false), coalesce({OFTENER}, false)
    FROM bought
    JOIN score_score health ON health.store_id = %(store)s AND health.name = 'health'
        AND health.subject_type = 'customer' AND health.subject_id = bought.customer_id
    CROSS JOIN LATERAL (
        SELECT sum(total_minor - refunded_minor)::bigint AS spent,
            avg(total_minor) FILTER (WHERE ordered_at > %(since)s) AS recent,
            avg(total_minor) FILTER (WHERE ordered_at <= %(since)s) AS earlier,
            count(total_minor) FILTER (WHERE ordered_at <= %(since)s) AS orders,
            count(*) FILTER (WHERE ordered_at > %(span)s) AS often,
            count(*) FILTER (WHERE ordered_at <= %(span)s AND ordered_at > %(span_before)s) AS seldom,
            count(*) FILTER (WHERE ordered_at <= %(span)s) AS known
        FROM profile_identity own JOIN profile_order ON identity_id = own.id
        WHERE own.store_id = %(store)s AND own.customer_id = bought.customer_id AND ordered_at <= %(now)s
            AND currency = %(currency)s AND NOT is_return AND lower(status) <> ALL(%(void)s)
    ) AS sums
    WHERE health.value >= %(health)s AND sums.spent >= %(line)s AND ({DEARER} OR {OFTENER})
    ORDER BY sums.spent DESC, bought.customer_id LIMIT %(most)s
"""


@dataclass(frozen=True)
class _Expanding:
    """spent, recent, earlier: in minor units, the latter two on average; often, seldom: orders in the last 90
    days, and in those before."""

    identity_id: int
    spent: int
    health: Decimal
    recent: Decimal
    earlier: Decimal | None
    often: int
    seldom: int
    is_dearer: bool
    is_oftener: bool

    def sentence(self, store: Store) -> str:
        told = {
            "spent": money_text(self.spent, store.currency),
            "recent": money_text(round(self.recent), store.currency),
            "earlier": money_text(round(self.earlier or 0), store.currency),
            "health": f"{self.health:.0f}",
            "often": self.often,
            "seldom": self.seldom,
            "days": thresholds.EXPANSION_SPAN.days,
        }
        if self.is_dearer and self.is_oftener:
            said = _(
                "Orders of %(recent)s this week, %(earlier)s before; %(often)s orders in %(days)s days, "
                "%(seldom)s in the %(days)s days before; spent %(spent)s, health %(health)s."
            )
        elif self.is_oftener:
            said = _(
                "%(often)s orders in %(days)s days, %(seldom)s in the %(days)s days before; spent %(spent)s, "
                "health %(health)s."
            )
        else:
            said = _(
                "Orders of %(recent)s this week, %(earlier)s before; spent %(spent)s, health %(health)s."
            )
        return said % told


def check_expansion(store: Store, now: datetime) -> Iterator[Reason]:
    """In the top quarter by spend, with a health of at least 60, who bought this week and whose orders are worth
    more than before, by 5 % after at least two; or come more often: at least three in 90 days, half as many again
    as in the 90 days before, after at least two. Of the store's hundred who have spent most. Two queries.
    """
    line = high_value_line(store)
    if line is None:
        return
    values: dict[str, Any] = {
        "store": store.pk,
        "now": now,
        "since": now - WEEK,
        "span": now - thresholds.EXPANSION_SPAN,
        "span_before": now - 2 * thresholds.EXPANSION_SPAN,
        "currency": store.currency,
        "void": list(VOID_STATUSES),
        "health": thresholds.EXPANSION_HEALTH,
        "line": line,
        "orders": thresholds.EXPANSION_ORDERS,
        "rise": 1 + thresholds.EXPANSION_SHARE,
        "often": thresholds.EXPANSION_OFTEN,
        "often_rise": thresholds.EXPANSION_OFTEN_RISE,
        "most": thresholds.EXPANSION_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND_EXPANDING, values)
        rows = cursor.fetchall()
    for row in starmap(_Expanding, rows):
        yield Reason(
            kind=AlertKind.EXPANSION,
            level=AlertLevel.OPPORTUNITY,
            instance=f"{now.isoformat()}/{row.identity_id}",
            text=row.sentence(store),
            identity_id=row.identity_id,
        )
