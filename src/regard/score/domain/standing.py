"""What the best customers of a store have spent at least; worked out whenever bands are counted."""

from __future__ import annotations

from django.db import connection

from regard.core import clock
from regard.core.models import Store
from regard.score.models import SpendStanding

_MEASURE = """
    SELECT percentile_disc(ARRAY[0.05, 0.1, 0.2, 0.25]) WITHIN GROUP (ORDER BY net_spent_minor DESC)
    FROM score_customerfeatures WHERE store_id = %(store)s AND orders > 0 AND net_spent_minor IS NOT NULL
"""
_SHARES = ("top_5_minor", "top_10_minor", "top_20_minor", "top_25_minor")


def measure_standing(store: Store) -> SpendStanding:
    """Work it out anew and keep it. Reads all customers of the store."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"store": store.pk})
        (lines,) = cursor.fetchone()
    told = dict(zip(_SHARES, lines or [None] * len(_SHARES), strict=True))
    row, _created = SpendStanding.objects.update_or_create(
        store=store, defaults=told | {"measured_at": clock.now()}
    )
    return row
