"""What an event says of a shipment. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import (
    Properties,
    first_of,
    read_identifier,
    read_text,
    read_time,
    read_title,
    shown,
)
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import MAX_ORDER_ID, PROMISE_FIELDS, properties_of
from regard.profile.domain.shipment_import import MAX_CARRIER, MAX_SHIPMENT_ID, MAX_STATE, MAX_URL
from regard.profile.domain.tracking_words import state_in_words
from regard.profile.facts import ShipmentImported
from regard.profile.models import ShipmentState

# Event -> the state that it brings when it names no other.
CALLS = {
    "Order Shipped": ShipmentState.SHIPPED,
    "Order Fulfilled": ShipmentState.SHIPPED,
    "Order Delivered": ShipmentState.DELIVERED,
    "Shipment Updated": None,
}
UPDATE = "Shipment Updated"
MAX_PLACE = 200
MAX_TEXT = 500
MOST_STEPS = 200
STATE_FIELDS = ("status", "state", "shipment_status", "tracking_status", "delivery_status")
STEP_TIMES = ("at", "datetime", "timestamp", "occurred_at", "time", "date")
STEP_TEXTS = ("text", "message", "description", "detail", "details")


@dataclass(slots=True)
class ToldStep:
    """A state that a shipment was in at a time, by the carrier's account."""

    state: ShipmentState
    at: datetime
    place: str = ""
    text: str = ""


@dataclass(slots=True)
class ToldShipment:
    """A shipment as one event tells it; None and "" are for what it does not say.

    Of `shipment_id` and `tracking_number` one, both or none are told; then it is the order's only one.
    """

    event: LoggedEvent
    at: datetime
    order_id: str = ""
    shipment_id: str = ""
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    state: ShipmentState | None = None
    state_text: str = ""
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    steps: list[ToldStep] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        """How the shipment is called, as far as this event knows; "" when it names none."""
        return self.shipment_id or self.tracking_number or (f"order:{self.order_id}" if self.order_id else "")


def tells_of_shipment(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that speaks of a shipment."""
    if event.type == "track":
        return event.name in CALLS
    return event.type == FACT and event.name == ShipmentImported.__name__


def told_shipment(event: LoggedEvent) -> ToldShipment:
    """What `event` (see `tells_of_shipment`) says; a call that names nothing has no `external_id`, and a note."""
    return _of_call(event) if event.type == "track" else _of_import(event)


def _of_import(event: LoggedEvent) -> ToldShipment:
    fact = msgspec.convert(event.body, ShipmentImported)
    said = ToldShipment(
        event=event,
        at=event.occurred_at,
        order_id=fact.order_id,
        shipment_id=fact.shipment_id,
        tracking_number=fact.tracking_number,
        carrier=fact.carrier,
        tracking_url=fact.tracking_url,
        shipped_at=fact.shipped_at,
        promised_at=fact.promised_at,
        delivered_at=fact.delivered_at,
        state_text=fact.status,
    )
    if fact.status:
        said.state = state_in_words(fact.status)
    elif fact.delivered_at or fact.shipped_at:
        said.state = ShipmentState.DELIVERED if fact.delivered_at else ShipmentState.SHIPPED
    said.steps = _steps_of_times(fact)
    return said


def _steps_of_times(fact: ShipmentImported) -> list[ToldStep]:
    told = ((ShipmentState.SHIPPED, fact.shipped_at), (ShipmentState.DELIVERED, fact.delivered_at))
    return [ToldStep(state, at) for state, at in told if at]


def _of_call(event: LoggedEvent) -> ToldShipment:
    properties = properties_of(event)
    said = ToldShipment(event, event.occurred_at)
    _read_names(properties, said)
    notes = said.notes
    said.carrier = read_title(properties, "carrier", "tracking_company", "courier", most=MAX_CARRIER)
    said.tracking_url = read_text(properties, "tracking_url", notes, most=MAX_URL)
    said.promised_at = read_time(properties, first_of(properties, *PROMISE_FIELDS), notes)
    said.shipped_at = read_time(properties, "shipped_at", notes)
    said.delivered_at = read_time(properties, "delivered_at", notes)
    said.steps = _steps(properties, notes)
    _read_state(properties, said)
    return said


def _read_names(properties: Properties, said: ToldShipment) -> None:
    for name, most in (
        ("order_id", MAX_ORDER_ID),
        ("shipment_id", MAX_SHIPMENT_ID),
        ("tracking_number", MAX_SHIPMENT_ID),
    ):
        value = read_identifier(properties, name, most=most)
        if value is None:
            said.notes.append(f"{name} is {shown(properties[name])}; it must be a text or whole number.")
        setattr(said, name, value or "")
    if not said.external_id:
        said.notes.append("No shipment was kept: it needs an order_id, a shipment_id or a tracking_number.")


def _read_state(properties: Properties, said: ToldShipment) -> None:
    """The state is told in words, by the latest step or, without either, by the event's name."""
    text = read_title(properties, *STATE_FIELDS, most=MAX_STATE)
    by_name = CALLS[said.event.name]
    state = state_in_words(text) if text else None
    if by_name is not None and state in (None, ShipmentState.UNKNOWN):
        state = by_name
    if state is not None:
        said.state, said.state_text = state, text
        if not said.steps:
            place = read_title(properties, "place", "location", most=MAX_PLACE)
            words = read_title(properties, *STEP_TEXTS, most=MAX_TEXT)
            when = {ShipmentState.SHIPPED: said.shipped_at, ShipmentState.DELIVERED: said.delivered_at}
            said.steps = [ToldStep(state, when.get(state) or said.at, place, words)]
    elif said.steps:
        last = max(said.steps, key=lambda step: (step.at, step.state))
        said.state, said.state_text = last.state, last.text[:MAX_STATE]


def _steps(properties: Properties, notes: list[str]) -> list[ToldStep]:
    items = properties.get("steps") or properties.get("tracking_details") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        notes.append(f"steps is {shown(items)}; it must be a list of objects.")
        return []
    if len(items) > MOST_STEPS:
        notes.append(f"{len(items)} steps were told; the first {MOST_STEPS} are kept.")
    found = [_step(item, notes) for item in items[:MOST_STEPS]]
    return [step for step in found if step]


def _step(item: Mapping[str, Any], notes: list[str]) -> ToldStep | None:
    at = read_time(item, first_of(item, *STEP_TIMES), notes)
    if at is None:
        notes.append("A step was left out: it has no time; give it as at.")
        return None
    words = read_title(item, *STATE_FIELDS, most=MAX_STATE)
    state = state_in_words(words)
    return ToldStep(
        state=state,
        at=at,
        place=read_title(item, "place", "location", most=MAX_PLACE),
        text=read_title(item, *STEP_TEXTS, most=MAX_TEXT)
        or (words if state == ShipmentState.UNKNOWN else ""),
    )
