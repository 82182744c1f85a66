"""Which custom attributes a store's customers have."""

from __future__ import annotations

from django.db import connection

from regard.core.models import Store

LOOKED_AT = 500  # customers: attributes that are in use are among the last seen
MOST_NAMES = 100
NAMES = """
    SELECT DISTINCT JSONB_OBJECT_KEYS(latest.attributes) AS name FROM (
        SELECT attributes FROM profile_customer WHERE store_id = %s AND merged_into_id IS NULL
        ORDER BY last_seen_at DESC, id DESC LIMIT %s
    ) AS latest ORDER BY name LIMIT %s
"""


def attribute_names(store: Store) -> list[str]:
    """The names of the custom attributes of those who were seen last, in the order of the alphabet."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [store.pk, LOOKED_AT, MOST_NAMES])
        return [name for (name,) in cursor.fetchall()]
