"""What marketing left for customers lately, and what they opened of it, on all channels together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from regard.act.domain.thresholds import CAP_SPAN
from regard.act.models import Send
from regard.core.models import Store
from regard.profile.models import ConsentChannel

# Messages to an address count for everybody who goes by it, whomever they were for.
THEIRS = """
    SELECT identity.customer_id, send.* FROM profile_identity identity
    JOIN act_send send ON send.identity_id = identity.id
    WHERE identity.customer_id = ANY(%(customers)s) AND send.purpose = 'marketing'
    UNION
    SELECT identity.customer_id, send.* FROM profile_identity identity
    JOIN act_send send ON send.store_id = %(store)s AND send.channel = ANY(%(channels)s)
        AND send.recipient = identity.value
    WHERE identity.customer_id = ANY(%(customers)s) AND identity.kind IN ('email', 'phone')
        AND send.purpose = 'marketing'
"""
HISTORY = f"""
    SELECT customer_id,
        array_agg(cleared_at) FILTER (WHERE cleared_at > %(since)s AND state IN ('sending', 'sent')
            AND id <> ALL(%(but)s)),
        min(sent_at) FILTER (WHERE channel = 'email'), max(opened_at)
    FROM ({THEIRS}) AS theirs GROUP BY customer_id
"""
# Also what another sender has and has not decided of.
AHEAD = f"""
    SELECT customer_id, count(*) FROM ({THEIRS}) AS theirs
    WHERE (state = 'queued' AND due_at <= %(now)s OR state = 'sending' AND cleared_at IS NULL)
    AND (-priority, id) < (%(rank)s, %(id)s) GROUP BY customer_id
"""


@dataclass(frozen=True)
class ContactHistory:
    """left_at: when marketing left for the customer in the last two spans of the cap."""

    left_at: list[datetime] = field(default_factory=list)
    first_sent_at: datetime | None = None
    last_opened_at: datetime | None = None


def contact_histories(
    store: Store, customer_ids: Collection[int], *, now: datetime, but: Collection[int] = ()
) -> dict[int, ContactHistory]:
    """By customer, of those with any; without the messages `but`. One query."""
    values = _values(store, customer_ids) | {"since": now - 2 * CAP_SPAN, "but": list(but)}
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, values)
        return {customer: ContactHistory(left or [], *told) for customer, left, *told in cursor.fetchall()}


def messages_ahead(store: Store, customer_ids: Collection[int], send: Send, now: datetime) -> dict[int, int]:
    """How many messages that are due for each customer go before this one. One query."""
    rank = {"now": now, "rank": -send.priority, "id": send.pk}
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, _values(store, customer_ids) | rank)
        return dict(cursor.fetchall())


def _values(store: Store, customer_ids: Collection[int]) -> dict[str, Any]:
    return {"store": store.pk, "customers": list(customer_ids), "channels": ConsentChannel.values}
