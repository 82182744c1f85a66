"""What an event tells journeys: its fields, and the thing that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.capture.domain.logged import LoggedEvent
from regard.journey.domain.definition.parts import INSTANCES

HOLDERS = {"track": "properties", "page": "properties", "screen": "properties", "identify": "traits"}
LONGEST = 200  # characters of what a thing is called


def told_by(event: LoggedEvent) -> dict[str, Any]:
    """The fields of a fact, the properties of a call or the traits of an identify; and its name as `event`."""
    holder = HOLDERS.get(event.type)
    told = event.body.get(holder) if holder else event.body
    return {**(told if isinstance(told, dict) else {}), "event": event.name or event.type}


def instance_of(instance: str, told: Mapping[str, Any]) -> str | None:
    """What the thing is called that the event is about; "" for the customer themselves, None if it names none.

    A cart without a name is the one cart that a visitor has.
    """
    if instance == "customer":
        return ""
    paths = INSTANCES.get(instance, (instance.removeprefix("event."),))
    for path in paths:
        value = value_at(told, path)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:LONGEST]
    return "" if instance == "cart" else None


def value_at(told: Mapping[str, Any], path: str) -> Any:
    """What stands at a path such as "address.city"; None for nothing."""
    value: Any = told
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
