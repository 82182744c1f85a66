"""What events are called that journeys may start with, or wait for."""

from __future__ import annotations

from django.db import connection

from regard.core.models import Store
from regard.core.registry import fact_types

LATEST = 5_000  # events that are looked at
NAMES = """
    SELECT DISTINCT name FROM (
        SELECT name FROM capture_event WHERE store_id = %s ORDER BY id DESC LIMIT %s
    ) AS latest WHERE name <> '' ORDER BY name LIMIT 200
"""


def known_event_names(store: Store) -> list[str]:
    """Those that the store's log has of late, and the facts that Regard records. One query."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [store.pk, LATEST])
        found = [name for (name,) in cursor.fetchall()]
    return [*found, *(name for name in fact_types.names() if name not in found)]
