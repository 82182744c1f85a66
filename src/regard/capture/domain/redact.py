"""Taking what could identify a person out of events of the log, for good.

What is left of an event is what happened, when, and the numbers of the business: so counts and sums stay, and the
log can still be read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import events_by_id
from regard.capture.models import ParkedEvent
from regard.core.models import Store

AT_A_TIME = 10_000  # events
# Fields that stay, wherever they stand. None of them holds free text or names a person, a place or a device.
KEPT = {
    "properties", "products", "order_id", "line_id", "product_id", "sku", "variant", "quantity", "price",
    "total", "revenue", "value", "subtotal", "shipping", "tax", "discount", "currency", "status", "ordered_at",
    "updated_at", "promised_at", "delivered_at", "cancelled_at", "shipped_at", "price_minor", "total_minor",
    "refunded_minor", "amount_minor", "refund_id", "shipment_id", "carrier", "rating", "score", "review_id",
    "survey_id", "response_id", "measure", "topic", "answered_at", "reviewed_at", "ticket_id", "channel", "given",
    "identity_id", "customer_ids", "external_id", "payment_status", "financial_status",
}  # fmt: skip
MAX_TEXT = 200  # characters of a value that is kept: what is longer is no number, date or id
REDACT = """
    UPDATE capture_event AS event
    SET user_id = new.user_id, anonymous_id = new.anonymous_id, payload = new.payload::json
    FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[]) AS new (id, user_id, anonymous_id, payload)
    WHERE event.store_id = %b AND event.id = new.id
"""

Pseudonyms = tuple[str | None, str | None]  # the user id and the anonymous id that an event has from now on


def redact_events(*, store: Store, events: Mapping[int, Pseudonyms]) -> int:
    """Redact events, given by id; gives how many there were."""
    ids = sorted(events)
    redacted = 0
    for start in range(0, len(ids), AT_A_TIME):
        redacted += _redact(store, ids[start : start + AT_A_TIME], events)
    ParkedEvent.objects.filter(store=store, event_id__in=ids).update(error="")
    return redacted


def _redact(store: Store, event_ids: Sequence[int], events: Mapping[int, Pseudonyms]) -> int:
    rows = [
        (event.id, *events[event.id], msgspec.json.encode(_impersonal(event.body)).decode())
        for event in events_by_id(store.pk, event_ids)
    ]
    run_bulk(REDACT, (*columns_of(rows, 4), store.pk))
    return len(rows)


def _impersonal(value: Any) -> Any:
    """The parts of a value that say nothing of who somebody is."""
    match value:
        case dict():
            kept = {name: _impersonal(part) for name, part in value.items() if name in KEPT}
            return {name: part for name, part in kept.items() if part is not None}
        case list():
            return [_impersonal(part) for part in value]
        case str():
            return value if len(value) <= MAX_TEXT and "@" not in value else None
        case _:
            return value
