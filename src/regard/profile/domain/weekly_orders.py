"""Orders by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from regard.core.models import Store
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.ui.charts.weeks import beginning_of, week_sql

# What counts as a purchase for health and segments: no document of a return, and not called off.
_COUNT = f"""
    SELECT {week_sql("ordered_at")} AS week, count(*),
        coalesce(sum(total_minor) FILTER (WHERE currency = %(currency)s), 0)::int8
    FROM profile_order
    WHERE store_id = %(store)s AND ordered_at >= %(since)s AND NOT is_return AND lower(status) <> ALL(%(void)s)
    GROUP BY week
"""


@dataclass(frozen=True)
class WeekOfOrders:
    """spent_minor: of orders in the store's currency, before refunds."""

    monday: date
    orders: int = 0
    spent_minor: int = 0


def orders_by_week(store: Store, mondays: Sequence[date]) -> list[WeekOfOrders]:
    """The purchases of each of these weeks, which follow each other. One query along an index."""
    values: dict[str, Any] = {
        "store": store.pk,
        "zone": store.time_zone,
        "since": beginning_of(store, mondays[0]),
        "currency": store.currency,
        "void": list(VOID_STATUSES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        found = {monday: (orders, spent) for monday, orders, spent in cursor.fetchall()}
    return [WeekOfOrders(monday, *found.get(monday, ())) for monday in mondays]
