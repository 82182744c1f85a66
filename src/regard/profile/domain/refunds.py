"""Refunds: what was paid back of orders, told singly by events or as a sum by a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import (
    first_of,
    read_currency,
    read_identifier,
    read_money,
    read_title,
    shown,
)
from regard.core.models import Store
from regard.profile.domain.order_descriptions import as_of, properties_of
from regard.profile.domain.order_statuses import is_refunded
from regard.profile.domain.tellings import upsert_rows
from regard.profile.facts import OrderImported
from regard.profile.models import RefundKind

MAX_REFUND_ID = 200
MAX_REASON = 300
AMOUNT_FIELDS = ("amount", "refund_amount", "total", "revenue", "value")
COLUMNS = {
    "order_external_id": "text", "kind": "text", "external_id": "text", "amount_minor": "bigint",
    "currency": "text", "reason": "text", "refunded_at": "timestamptz", "covers_until": "timestamptz",
    "counted": "boolean", "described_at": "timestamptz", "event_id": "bigint",
}  # fmt: skip
KEY = ("order_external_id", "kind", "external_id")
LATER = "(held.described_at, held.event_id) < (EXCLUDED.described_at, EXCLUDED.event_id)"
LEFT_OUT = "Its amount was left out of what was refunded: the order is in another currency."
EVENTS_OF = """
    SELECT event_id FROM profile_refund
    WHERE store_id = %s AND order_external_id = ANY(%s) AND kind <> 'returned'
"""
# Derived from all rows of the orders, both ways, as an order's currency may be known late or change.
NOTE_CURRENCIES = """
    WITH told AS (
        SELECT event_id, bool_or(differs) AS differs FROM (
            SELECT refund.event_id, refund.differs FROM profile_order AS placed
            CROSS JOIN LATERAL (
                SELECT event_id, counted AND amount_minor IS NOT NULL AND currency <> placed.currency AS differs
                FROM profile_refund WHERE store_id = %(store)s AND order_external_id = placed.external_id
                    AND kind <> 'returned' OFFSET 0
            ) AS refund
            WHERE placed.store_id = %(store)s AND placed.external_id = ANY(%(orders)s)
            UNION ALL SELECT unnest(%(before)s::bigint[]), FALSE
        ) AS known GROUP BY event_id
    )
    UPDATE profile_customerevent AS event SET note = CASE
        WHEN told.differs THEN concat_ws(' ', NULLIF(event.note, ''), %(words)s::text)
        ELSE btrim(replace(replace(event.note, ' ' || %(words)s::text, ''), %(words)s::text, '')) END
    FROM told WHERE event.store_id = %(store)s AND event.event_id = told.event_id
    AND told.differs <> (position(%(words)s::text IN event.note) > 0)
"""


@dataclass(slots=True)
class ToldRefund:
    """A refund as one event tells it. covers_until: of a sum; single refunds up to then are part of it."""

    kind: RefundKind
    external_id: str
    amount_minor: int | None
    currency: str
    reason: str
    at: datetime
    covers_until: datetime | None
    event_id: int


def refund_of_call(event: LoggedEvent, *, currency: str, notes: list[str]) -> ToldRefund:
    """What an `Order Refunded` says; without an amount it speaks of the whole order."""
    properties = properties_of(event)
    refund_id = read_identifier(properties, "refund_id", most=MAX_REFUND_ID)
    if refund_id is None:
        notes.append(f"refund_id is {shown(properties['refund_id'])}; it must be a text or whole number.")
    amount = read_money(properties, first_of(properties, *AMOUNT_FIELDS), currency, notes)
    return ToldRefund(
        kind=RefundKind.SINGLE,
        external_id=refund_id or str(event.key),
        amount_minor=amount[0] if amount else None,
        currency=amount[1] if amount else read_currency(properties, otherwise=currency),
        reason=read_title(properties, "reason", "note", most=MAX_REASON),
        at=event.occurred_at,
        covers_until=None,
        event_id=event.id,
    )


def refund_of_fact(event: LoggedEvent) -> ToldRefund | None:
    """What an OrderImported says was paid back in all; None when it says nothing or zero.

    A state of "refunded" without an amount is all of it.
    A file holds what had happened when it was brought in, so what events tell of up to then is part of it.
    """
    fact = msgspec.convert(event.body, OrderImported)
    if not (fact.refunded_minor or is_refunded(fact.status) or is_refunded(fact.payment_status)):
        return None  # most orders of a file, of which there is nothing to keep
    return ToldRefund(
        kind=RefundKind.SUM,
        external_id="",
        amount_minor=fact.refunded_minor or None,
        currency=fact.currency,
        reason="",
        at=as_of(fact),
        covers_until=event.received_at,
        event_id=event.id,
    )


def refund_of_status(event: LoggedEvent, *, currency: str) -> ToldRefund:
    """What a call says of money that has an order in the state "refunded": all of it was paid back by then."""
    return ToldRefund(
        kind=RefundKind.SUM,
        external_id="",
        amount_minor=None,
        currency=read_currency(properties_of(event), otherwise=currency),
        reason="",
        at=event.occurred_at,
        covers_until=event.occurred_at,
        event_id=event.id,
    )


def save_refunds(store: Store, told: Iterable[tuple[str, ToldRefund]]) -> None:
    """Write refunds by order id; of one refund the latest telling counts."""
    latest: dict[tuple[str, str, str], ToldRefund] = {}
    for order_id, said in told:
        key = order_id, said.kind.value, said.external_id
        held = latest.get(key)
        if held is None or (held.at, held.event_id) < (said.at, said.event_id):
            latest[key] = said
    rows = (_columns(order_id, said) for (order_id, _kind, _id), said in latest.items())
    upsert_rows("profile_refund", COLUMNS, rows, store=store, key=KEY, only_if=LATER)


def refund_event_ids(store: Store, order_ids: Collection[str]) -> list[int]:
    """The events that the refunds of these orders are known from."""
    if not order_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(EVENTS_OF, (store.pk, list(order_ids)))
        return [event_id for (event_id,) in cursor]


def note_other_currencies(store: Store, order_ids: Collection[str], *, before: Collection[int]) -> None:
    """Say in the timeline which refunds of these orders are in another currency than their order.

    before: events that refunds were known from until now, of which it may be true no longer.
    """
    if order_ids or before:
        values: dict[str, Any] = {"store": store.pk, "orders": list(order_ids), "before": list(before)}
        values["words"] = LEFT_OUT
        with connection.cursor() as cursor:
            cursor.execute(NOTE_CURRENCIES, values)


def _columns(order_id: str, said: ToldRefund) -> dict[str, Any]:
    return {
        "order_external_id": order_id,
        "kind": said.kind.value,
        "external_id": said.external_id,
        "amount_minor": said.amount_minor,
        "currency": said.currency,
        "reason": said.reason,
        "refunded_at": said.at,
        "covers_until": said.covers_until,
        "counted": True,  # see order_sums
        "described_at": said.at,
        "event_id": said.event_id,
    }
