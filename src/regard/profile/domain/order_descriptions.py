"""What an event says of an order, by the e-commerce part of Segment's spec or by an import. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import (
    Money,
    first_of,
    read_identifier,
    read_money,
    read_text,
    read_time,
    read_title,
    shown,
)
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_statuses import status_told
from regard.profile.facts import OrderImported, OrderLineImported

MAX_ORDER_ID = 200
MAX_STATUS = 40
AMOUNT_FIELDS = ("total", "revenue", "value")
PAYMENT_FIELDS = ("payment_status", "financial_status")
PROMISE_FIELDS = ("promised_at", "estimated_delivery", "expected_delivery")
REFUND = "Order Refunded"
# Event -> the status it brings when its properties name none. A refund's amount is what was paid back, and
# what is cancelled was worth something before, so neither speaks of the total.
CALLS = {
    "Order Completed": "completed",
    "Order Updated": "",
    "Order Cancelled": "cancelled",
    REFUND: "refunded",  # or partially so, see order_sums
    "Order Shipped": "shipped",
    "Order Fulfilled": "fulfilled",
    "Order Delivered": "delivered",
}
TELL_ALL = ("Order Completed", "Order Updated")
PLACED = "Order Completed"
FACTS = (OrderImported.__name__, OrderLineImported.__name__)


class Source(IntEnum):
    """How much a telling knows of when and by whom the order was placed."""

    MENTION = 0  # only that it was there by then
    LINE = 1
    ORDER = 2


@dataclass(slots=True)
class Description:
    """An order as one event describes it; None and "" are for what it does not say.

    tells_state: whether it names the state itself, or its payment's, and does not just bring one by its kind.
    notes: what could not be used, in words.
    """

    event: LoggedEvent
    order_id: str
    at: datetime
    source: Source
    ordered_at: datetime
    status: str = ""
    tells_state: bool = False
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    total: Money | None = None
    notes: list[str] = field(default_factory=list)


def describes_order(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that speaks of an order."""
    if event.type == "track":
        return event.name in CALLS
    return event.type == FACT and event.name in FACTS


def description_of(event: LoggedEvent, *, currency: str) -> Description:
    """What `event` (see `describes_order`) says; currency: the store's, for amounts that name none.

    Without an order id, which the notes then say, `order_id` is "".
    """
    if event.type == "track":
        return _of_call(event, currency)
    return _of_import(event) if event.name == OrderImported.__name__ else _of_line(event)


def properties_of(event: LoggedEvent) -> Mapping[str, Any]:
    """The properties of a call."""
    return event.body.get("properties") or {}


def _of_import(event: LoggedEvent) -> Description:
    fact = msgspec.convert(event.body, OrderImported)
    return Description(
        event=event,
        order_id=fact.order_id,
        at=as_of(fact),
        source=Source.ORDER,
        ordered_at=fact.ordered_at,
        status=status_told(fact.status, payment=fact.payment_status, cancelled=fact.cancelled_at is not None),
        tells_state=bool(fact.status or fact.payment_status),
        promised_at=fact.promised_at,
        delivered_at=fact.delivered_at,
        cancelled_at=fact.cancelled_at,
        total=None if fact.total_minor is None else (fact.total_minor, fact.currency),
    )


def as_of(fact: OrderImported) -> datetime:
    """A file does not say when it was written: it describes an order as of the last thing that it knows."""
    return max(filter(None, (fact.ordered_at, fact.delivered_at, fact.cancelled_at, fact.updated_at)))


def _of_line(event: LoggedEvent) -> Description:
    fact = msgspec.convert(event.body, OrderLineImported)
    return Description(event, fact.order_id, fact.ordered_at, Source.LINE, fact.ordered_at)


def _of_call(event: LoggedEvent, currency: str) -> Description:
    properties, at, name = properties_of(event), event.occurred_at, event.name
    said = Description(event, "", at, Source.ORDER if name == PLACED else Source.MENTION, at)
    said.order_id = order_id_of(properties, said.notes)
    said.status = CALLS[name]
    if name in TELL_ALL:
        notes = said.notes
        status = read_text(properties, "status", notes, most=MAX_STATUS)
        said.total = read_money(properties, first_of(properties, *AMOUNT_FIELDS), currency, notes)
        said.promised_at = read_time(properties, first_of(properties, *PROMISE_FIELDS), notes)
        said.delivered_at = read_time(properties, "delivered_at", notes)
        said.cancelled_at = read_time(properties, "cancelled_at", notes)
        payment = read_title(properties, *PAYMENT_FIELDS, most=MAX_STATUS)
        cancelled = said.cancelled_at is not None
        said.status = status_told(status or said.status, payment=payment, cancelled=cancelled)
        said.tells_state = bool(status or payment)
    elif name == "Order Cancelled":
        said.cancelled_at = at
    return said


def order_id_of(properties: Mapping[str, Any], notes: list[str]) -> str:
    """The order that a call names; "" without one, which is noted."""
    order_id = read_identifier(properties, "order_id", most=MAX_ORDER_ID)
    if not order_id:
        value = shown(properties.get("order_id"))
        notes.append(f"No order was kept: order_id is {value}; it must be a text or whole number.")
    return order_id or ""
