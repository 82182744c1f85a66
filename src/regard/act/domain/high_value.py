"""Who is a customer of high value: in the top quarter of those who bought, by what they have spent."""

from __future__ import annotations

from typing import Any

from django.db import connection

from regard.act.domain.thresholds import HIGH_VALUE_KEPT, HIGH_VALUE_SHARE
from regard.act.models import HighValueLine
from regard.core import clock
from regard.core.models import Store
from regard.score.domain.known_facts import VOID_STATUSES

COMPUTE_LINE = """
    SELECT percentile_disc(%(share)s) WITHIN GROUP (ORDER BY spent DESC)::bigint FROM (
        SELECT sum(total_minor) AS spent FROM profile_order JOIN profile_identity buyer ON buyer.id = identity_id
        WHERE profile_order.store_id = %(store)s AND currency = %(currency)s AND total_minor IS NOT NULL
            AND lower(status) <> ALL(%(void)s)
        GROUP BY buyer.customer_id HAVING sum(total_minor) > 0
    ) AS bought
"""


def high_value_line(store: Store) -> int | None:
    """What the top quarter has spent at least, in minor units of the store's currency; None without orders.

    It reads every order of the store, so that it is kept for a day.
    """
    held = HighValueLine.objects.filter(store=store, computed_at__gt=clock.now() - HIGH_VALUE_KEPT).first()
    return held.spent_minor if held else compute_high_value_line(store)


def compute_high_value_line(store: Store) -> int | None:
    """Work the line out anew and keep it; see `high_value_line`."""
    values: dict[str, Any] = {
        "share": HIGH_VALUE_SHARE,
        "store": store.pk,
        "currency": store.currency,
        "void": list(VOID_STATUSES),
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPUTE_LINE, values)
        line: int | None = cursor.fetchone()[0]
    HighValueLine.objects.update_or_create(
        store=store, defaults={"spent_minor": line, "computed_at": clock.now()}
    )
    return line
