"""Events for tests of the profile, and how they are taken through its stages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from regard.capture.domain.batch import Batch, Stage
from regard.capture.domain.log import NewEvent, append_events, new_key
from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.capture.models import Event
from regard.core.models import Store
from regard.profile import reactions as profile
from regard.profile.models import Customer, CustomerEvent, Identity, Order

DAY_ONE = datetime(2026, 11, 1, tzinfo=UTC)
STAGES = (Stage("identify", profile.identify), Stage("orders", profile.project_orders))


def at(hour: float) -> datetime:
    return DAY_ONE + timedelta(hours=hour)


def call(
    store: Store,
    *,
    hour: float = 0,
    user: str | None = None,
    browser: str | None = None,
    type: str = "track",  # noqa: A002 - the name of the column
    name: str = "Product Viewed",
    history: bool = False,
    **body: Any,
) -> NewEvent:
    """A call of the Segment API as a row of the log; `hour` counts from the first of November 2026."""
    return NewEvent(
        store_id=store.pk,
        received_at=at(1_000),
        occurred_at=at(hour),
        source_id=None,
        key=new_key(),
        history=history,
        type=type,
        name=name if type == "track" else "",
        user_id=user,
        anonymous_id=browser,
        payload=msgspec.json.encode(body),
    )


def append(rows: Sequence[NewEvent]) -> list[LoggedEvent]:
    """Write rows to the log; gives them as the pipeline reads them."""
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=at(0))
    keys = [uuid.UUID(bytes=row.key) for row in rows]
    ids = dict(Event.objects.filter(key__in=keys).values_list("key", "id"))
    by_id = {event.id: event for event in events_by_id(rows[0].store_id, list(ids.values()))}
    return [by_id[ids[key]] for key in keys]


def take(store: Store, events: Sequence[LoggedEvent], *, stages: Sequence[Stage] = STAGES) -> Batch:
    """One batch through the stages."""
    batch = Batch(store, events)
    for stage in stages:
        stage.run(batch)
    return batch


def tell(store: Store, *rows: NewEvent) -> Batch:
    return take(store, append(rows))


def profiles(store: Store) -> list[dict[str, Any]]:
    """All that is known of a store's customers, without the database's own ids."""
    customers = Customer.objects.filter(store=store, merged_into=None)
    return sorted(map(_profile, customers), key=lambda known: known["identities"])


def _profile(customer: Customer) -> dict[str, Any]:
    identities = Identity.objects.filter(customer=customer)
    orders = Order.objects.filter(identity__in=identities).order_by("external_id")
    events = CustomerEvent.objects.filter(identity__in=identities).order_by("event_id")
    return {
        "name": customer.name,
        "email": customer.email,
        "seen": (customer.first_seen_at, customer.last_seen_at),
        "identities": sorted((identity.kind, identity.value) for identity in identities),
        "orders": list(
            orders.values_list(
                "external_id", "status", "ordered_at", "total_minor", "currency", "delivered_at", "history",
                "identity__value", "described_at",
            )
        ),
        "events": list(events.values_list("event_id", "identity__value", "note")),
    }  # fmt: skip
