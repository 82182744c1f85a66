"""One of everything that a page can be about."""

from __future__ import annotations

import json
import uuid

from django.db import connection
from django.utils import timezone

from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.rejected import discard_rejected
from regard.capture.domain.segment import read_event
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.models import Event, ParkedEvent, RejectedEvent
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member, invite_member
from regard.core.models import Store, User


def add_event(
    store: Store, name: str = "Order Completed", user_id: str = "C-1", **properties: object
) -> Event:
    """An event in the log, as a shop would have sent it."""
    now = timezone.now()
    body = json.dumps({"event": name, "userId": user_id, "properties": properties}).encode()
    row = read_event("track", body, store_id=store.pk, source_id=None, received_at=now, sent_at=None)
    with connection.cursor() as cursor:
        append_events(cursor, [row], horizon=now - REPEAT_HORIZON)
    return Event.objects.filter(store_id=store.pk).latest("id")


def add_rejected(store: Store, body: str = '{"event": "Order Completed"}') -> RejectedEvent:
    return RejectedEvent.objects.create(
        store=store, sent_as="track", field="userId", reason="There is no userId.", body=body
    )


def one_of_each(store: Store) -> dict[str, int]:
    """Their ids, by what they are."""
    member = add_member(
        store=store,
        user=User.objects.create_user(f"{uuid.uuid4()}@acme.example"),
        role="agent",
        actor="tests",
    )
    source = source_named(store=store, name="web", actor="tests")
    event = add_event(store)
    return {
        "event": event.id,
        "rejected": add_rejected(store).pk,
        "discarded": discard_rejected(add_rejected(store), actor="tests").pk,
        "parked": ParkedEvent.objects.create(store=store, event_id=event.id, stage="orders", error="why").pk,
        "source": source.pk,
        "write_key": create_write_key(source=source, actor="tests")[0].pk,
        "member": member.pk,
        "invitation": invite_member(store=store, email="dora@acme.example", role="agent", actor="tests")[
            0
        ].pk,
        "api_key": create_api_key(store=store, name="ERP", scopes=["store.read"], actor="tests")[0].pk,
    }
