"""Whom an event is about: the identities it names and what it tells of the person. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from regard.capture.domain.addresses import read_email
from regard.capture.domain.logged import LoggedEvent
from regard.core.registry import fact_types
from regard.profile.facts import CustomerFact
from regard.profile.models import IdentityKind

FACT = "fact"
MAX_NAME = 300

Key = tuple[str, str]  # kind and normalised value of an identity


@dataclass(frozen=True)
class Naming:
    """What an event says of its person. `keys`: the strongest identity first; never empty."""

    keys: tuple[Key, ...]
    name: str = ""
    email: str = ""
    seen: bool = True  # False for what Regard records about a customer without their doing


def naming_of(event: LoggedEvent) -> Naming | None:
    """Whom `event` is about; None when it names nobody."""
    return _naming_of_fact(event) if event.type == FACT else _naming_of_call(event)


def _naming_of_fact(event: LoggedEvent) -> Naming | None:
    fact_type = fact_types.get(event.name) if event.name in fact_types else None
    if fact_type is None or not issubclass(fact_type, CustomerFact):
        return _naming(event.user_id, "", None, seen=False)
    fact = msgspec.convert(event.body, CustomerFact)
    return _naming(
        event.user_id or fact.customer_id,
        read_email(fact.email),
        None,
        name=fact.name,
        seen=fact_type.shows_customer,
    )


def _naming_of_call(event: LoggedEvent) -> Naming | None:
    body = event.body
    traits = {} if event.type == "group" else _object(body, "traits")  # a group's traits are not a person's
    told = (traits, _object(_object(body, "context"), "traits"))
    email = next(_emails(told[0], _object(body, "properties"), told[1], {"email": event.user_id}), "")
    name = next((name for name in map(_name, told) if name), "")
    if event.type == "alias":
        return _naming(event.user_id, email, str(body.get("previousId") or "").strip(), name=name)
    return _naming(event.user_id, email, event.anonymous_id, name=name)


def _naming(
    user_id: str | None, email: str, anonymous_id: str | None, *, name: str = "", seen: bool = True
) -> Naming | None:
    previous_email = read_email(anonymous_id)
    if previous_email:  # an alias may name an address that the person went by
        email, anonymous_id = email or previous_email, None
    named = (
        (IdentityKind.USER_ID.value, user_id),
        (IdentityKind.EMAIL.value, email),
        (IdentityKind.ANONYMOUS_ID.value, anonymous_id),
    )
    keys = tuple((kind, value) for kind, value in named if value)
    return Naming(keys, name.strip()[:MAX_NAME], email, seen) if keys else None


def _emails(*places: Mapping[str, Any]) -> Iterator[str]:
    return filter(None, (read_email(place.get("email")) for place in places))


def _name(traits: Mapping[str, Any]) -> str:
    whole = _text(traits, "name")
    if whole:
        return whole
    first = _text(traits, "firstName") or _text(traits, "first_name")
    last = _text(traits, "lastName") or _text(traits, "last_name")
    return f"{first} {last}".strip()


def _text(place: Mapping[str, Any], field: str) -> str:
    value = place.get(field)
    return value.strip() if isinstance(value, str) else ""


def _object(place: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = place.get(field)
    return value if isinstance(value, dict) else {}
