"""Whether customers bought again after a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from regard.core.models import Store
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.score.domain.columns import Chosen, Whole, run_columns
from regard.score.domain.known_facts import known_by_then, placed_by, status_by_then

_BUYERS = """
    SELECT array_agg(DISTINCT identity.customer_id)
    FROM profile_order AS placed JOIN profile_identity AS identity ON identity.id = placed.identity_id
    WHERE placed.store_id = %(store)s AND placed.ordered_at > %(after)s AND placed.ordered_at <= %(until)s
        AND NOT placed.is_return AND lower({status}) <> ALL(%(void)s) AND {known}
"""
_FIRST = """
    SELECT array_agg(first) FROM (
        SELECT min(ordered_at) AS first FROM profile_order
        WHERE store_id = %(store)s AND NOT is_return
    ) AS one WHERE first IS NOT NULL
"""


def left_after(store: Store, customers: Whole, *, moment: datetime, days: int, known_at: datetime) -> Chosen:
    """Of each of these customers, whether no purchase of theirs lies within so many days after the moment.

    Purchases are orders that were known at `known_at` and were not called off by the end of these days.
    """
    values = {"store": store.pk, "after": moment, "until": moment + timedelta(days=days), "as_of": known_at}
    statement = _BUYERS.format(
        known=known_by_then(placed_by("placed")), status=status_by_then("placed", "until")
    )
    [(buyers,)] = run_columns(statement, values | {"void": list(VOID_STATUSES)})
    none: Whole = np.empty(0, np.int64)
    return ~np.isin(customers, none if buyers is None else buyers)


def first_purchase_at(store: Store) -> datetime | None:
    """When the store's history begins: with an order, though it may have been called off since."""
    [(first,)] = run_columns(_FIRST, {"store": store.pk})
    return None if first is None else datetime.fromisoformat(f"{first[0]}+00:00")
