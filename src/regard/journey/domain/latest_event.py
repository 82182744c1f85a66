"""What the last event said by which a customer might have entered a journey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from regard.capture.domain.logged import events_by_id
from regard.core.models import Store
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.program import program_of
from regard.journey.domain.telling import told_by

LATEST = """
    SELECT event.id FROM profile_identity AS identity
    JOIN profile_customerevent AS placed
        ON placed.store_id = identity.store_id AND placed.identity_id = identity.id
    JOIN capture_event AS event ON event.store_id = placed.store_id AND event.id = placed.event_id
    WHERE identity.store_id = %s AND identity.customer_id = %s AND event.name = ANY(%s)
    ORDER BY event.id DESC LIMIT 1
"""


def latest_told(store: Store, definition: Definition, customer_id: int) -> Mapping[str, Any]:
    """{} for a journey that starts without an event, or where there was none. Two queries at most."""
    starts = program_of(definition).starts
    if starts is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [store.pk, customer_id, list(starts.events)])
        found = cursor.fetchone()
    events = events_by_id(store.pk, [found[0]]) if found else []
    return told_by(events[0]) if events else {}
