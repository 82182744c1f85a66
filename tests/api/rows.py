"""Rows that the tests of the API ask for, made as the product makes them."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from regard.act.domain.outbox import NewSend, queue_send
from regard.act.models import Alert, Send
from regard.capture.domain.log import NewEvent, append_events, key_of
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.models import Event, RejectedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.profile.models import Customer


def add_event(store: Store, number: int = 1, *, name: str = "Order Completed") -> int:
    """Gives its id."""
    now = clock.now()
    event = NewEvent(
        store_id=store.pk,
        received_at=now,
        occurred_at=now,
        source_id=None,
        key=key_of(f"{name} {number}"),
        history=False,
        type="track",
        name=name,
        user_id=f"u-{number}",
        anonymous_id=None,
        payload=b'{"event": "x", "properties": {"big": 123456789012345678901234567890}}',
    )
    with transaction.atomic(), connection.cursor() as cursor:
        append_events(cursor, [event], horizon=now - timedelta(days=1))
    return Event.objects.filter(store_id=store.pk).latest("id").id


def add_rejected(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "sent_as": "track",
        "field": "event",
        "reason": "The event is None.",
        "body": f'{{"userId": "u-{number}"}}',
    }
    return RejectedEvent.objects.create(store=store, **{**given, **values}).pk


def add_source(store: Store, number: int = 1) -> int:
    return source_named(store=store, name=f"Shop {number}", actor="tests").pk


def add_write_key(store: Store, number: int = 1) -> int:
    source = source_named(store=store, name=f"Shop {number}", actor="tests")
    return create_write_key(source=source, actor="tests")[0].pk


def add_api_key(store: Store, number: int = 1) -> int:
    return create_api_key(store=store, name=f"Key {number}", scopes=["store.read"], actor="tests")[0].pk


def add_person(store: Store, number: int = 1, *, role: str = "agent") -> int:
    user, _ = User.objects.get_or_create(email=f"person{number}@{store.slug}.example.com")
    return add_member(store=store, user=user, role=role, actor="tests").pk


def add_audit_entry(store: Store, number: int = 1) -> None:
    record_audit(store=store, actor="tests", action="test.done", target=str(number))


def add_customer(store: Store, number: int = 1) -> int:
    now = clock.now()
    return Customer.objects.create(
        store=store,
        name=f"Customer {number}",
        email=f"c{number}@{store.slug}.example.com",
        first_seen_at=now,
        last_seen_at=now,
    ).pk


def add_alert(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "kind": "negative_review",
        "level": "critical",
        "customer_id": add_customer(store, number),
        "reason": "2 stars after 5 orders",
        "event_id": 1,
        "instance": f"r-{number}",
        "raised_at": clock.now(),
    }
    return Alert.objects.create(store=store, **{**given, **values}).pk


def add_send(store: Store, number: int = 1, *, state: str = "failed") -> int:
    with transaction.atomic():
        send = queue_send(
            store,
            NewSend(
                channel="email",
                recipient="ann@example.com",
                to_team=True,
                intent="alert",
                instance=f"alert {number}",
                subject=f"To {store.slug}",
                body_text="Look.",
            ),
        )
    Send.objects.filter(pk=send.pk).update(state=state)
    return send.pk
