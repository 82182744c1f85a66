"""What an event says of an order, by the e-commerce part of Segment's spec or by an import. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.core.money import MoneyError, check_currency, to_minor
from regard.profile.domain.naming import FACT
from regard.profile.facts import OrderImported

MAX_ORDER_ID = 200
MAX_STATUS = 40
AMOUNT_FIELDS = ("total", "revenue", "value")
# Event -> the status it brings when its properties name none. A refund's amount is what was paid back, and
# what is cancelled was worth something before, so neither speaks of the total.
CALLS = {
    "Order Completed": "completed",
    "Order Updated": "",
    "Order Cancelled": "cancelled",
    "Order Refunded": "refunded",
}
TELL_ALL = ("Order Completed", "Order Updated")
PLACED = "Order Completed"


@dataclass
class Description:
    """An order as one event describes it; None and "" are for what it does not say.

    places: whether it says when and by whom the order was placed. notes: what could not be used, in words.
    """

    event: LoggedEvent
    order_id: str
    at: datetime
    places: bool
    ordered_at: datetime
    status: str = ""
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    total: tuple[int, str] | None = None  # minor units and currency
    notes: list[str] = field(default_factory=list)


def describes_order(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that speaks of an order."""
    return (event.type == "track" and event.name in CALLS) or _is_import(event)


def description_of(event: LoggedEvent, *, currency: str) -> Description:
    """What `event` (see `describes_order`) says; currency: the store's, for amounts that name none.

    Without an order id, which the notes then say, `order_id` is "".
    """
    return _of_import(event) if _is_import(event) else _of_call(event, currency)


def _is_import(event: LoggedEvent) -> bool:
    return event.type == FACT and event.name == OrderImported.__name__


def _of_import(event: LoggedEvent) -> Description:
    fact = msgspec.convert(event.body, OrderImported)
    return Description(
        event=event,
        order_id=fact.order_id,
        # A file does not say when it was written: it describes the order as of the last thing that it knows.
        at=max(filter(None, (fact.ordered_at, fact.delivered_at, fact.updated_at))),
        places=True,
        ordered_at=fact.ordered_at,
        status=fact.status,
        promised_at=fact.promised_at,
        delivered_at=fact.delivered_at,
        total=None if fact.total_minor is None else (fact.total_minor, fact.currency),
    )


def _of_call(event: LoggedEvent, currency: str) -> Description:
    properties = event.body.get("properties") or {}
    description = Description(
        event=event,
        order_id="",
        at=event.occurred_at,
        places=event.name == PLACED,
        ordered_at=event.occurred_at,
    )
    description.order_id = _identifier(properties, description.notes)
    description.status = CALLS[event.name]
    if event.name in TELL_ALL:
        description.status = _status(properties, description.notes) or description.status
        description.total = _total(properties, currency, description.notes)
        description.promised_at = _time(properties, "promised_at", description.notes)
        description.delivered_at = _time(properties, "delivered_at", description.notes)
    return description


def _identifier(properties: Mapping[str, Any], notes: list[str]) -> str:
    value = properties.get("order_id")
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if 0 < len(text) <= MAX_ORDER_ID:
        return text
    notes.append(f"No order was kept: order_id is {_shown(value)}; it must be a text or whole number.")
    return ""


def _status(properties: Mapping[str, Any], notes: list[str]) -> str:
    value = properties.get("status")
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value.strip()) <= MAX_STATUS:
        return value.strip()
    notes.append(f"status is {_shown(value)}; it must be a text of at most {MAX_STATUS} characters.")
    return ""


def _total(properties: Mapping[str, Any], currency: str, notes: list[str]) -> tuple[int, str] | None:
    name = next((name for name in AMOUNT_FIELDS if properties.get(name) is not None), None)
    if name is None:
        return None
    try:
        code = check_currency(str(properties.get("currency") or currency))
        minor = to_minor(properties[name], code)
    except MoneyError as error:
        notes.append(f"{name} was left out: {error}")
        return None
    if minor < 0:
        notes.append(
            f"{name} was left out: it is {_shown(properties[name])}, and an order is never below zero."
        )
        return None
    return minor, code


def _time(properties: Mapping[str, Any], name: str, notes: list[str]) -> datetime | None:
    value = properties.get(name)
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        notes.append(f"{name} is {_shown(value)}; use ISO 8601, like 2026-01-31T09:30:00Z.")
        return None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
