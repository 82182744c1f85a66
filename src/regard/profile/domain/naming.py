"""Whom an event is about: the identities it names and what it tells of the person. No database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from regard.capture.domain.addresses import read_email
from regard.capture.domain.logged import LoggedEvent
from regard.core.registry import fact_types
from regard.profile.domain.phones import read_country, read_phone
from regard.profile.facts import CustomerFact
from regard.profile.models import IdentityKind

FACT = "fact"
MAX_NAME = 300
MAX_VALUE = 500
USER_ID, EXTERNAL_ID, EMAIL, PHONE, ANONYMOUS_ID = IdentityKind.values
PLAIN_KINDS = {USER_ID, EMAIL, PHONE, ANONYMOUS_ID}  # kinds that an external id may be of, by Segment's spec

Key = tuple[str, str]  # kind and normalised value of an identity
Place = Mapping[str, Any]  # a part of an event that tells of its person


class Naming(msgspec.Struct, gc=False):
    """What an event says of its person. keys: of different kinds, the strongest identity first; never empty.

    Of several external ids the smallest is the person's; the others belong to the customer number, if one is
    named. notes: what could not be used, in words. is_former: the address is one that the person went by.
    """

    keys: tuple[Key, ...]
    name: str = ""
    traits: Place | None = None  # as told, reserved ones included
    notes: list[str] = []
    is_former: bool = False
    seen: bool = True  # False for what Regard records about a customer without their doing


def naming_of(event: LoggedEvent, *, country: str = "") -> Naming | None:
    """Whom `event` is about; None when it names nobody. country: the store's, for phone numbers."""
    return _naming_of_fact(event, country) if event.type == FACT else _naming_of_call(event, country)


def identity_told(event: LoggedEvent) -> int | None:
    """The id of the identity that a fact is about, for facts that name it themselves."""
    fact_type = fact_types.get(event.name) if event.type == FACT and event.name in fact_types else None
    names_it = fact_type is not None and "identity_id" in fact_type.__struct_fields__
    return event.body.get("identity_id") if names_it else None


def _naming_of_fact(event: LoggedEvent, country: str) -> Naming | None:
    fact_type = fact_types.get(event.name) if event.name in fact_types else None
    if fact_type is None or not issubclass(fact_type, CustomerFact):
        keys = _keys_of_columns(event)
        return Naming(keys, seen=False) if keys else None
    body, notes = event.body, list[str]()
    traits = _object(body, "traits")
    keys = _keys(
        user_id=event.user_id or body.get("customer_id"),
        external_ids=body.get("external_ids") or (),
        email=read_email(body.get("email")),
        phone=_phone((body,), read_country(traits.get("country")) or country, notes),
        anonymous_id=event.anonymous_id or body.get("anonymous_id"),
        notes=notes,
    )
    name = (body.get("name") or "").strip()[:MAX_NAME]
    return Naming(keys, name, traits or None, notes, seen=fact_type.shows_customer) if keys else None


def _keys_of_columns(event: LoggedEvent) -> tuple[Key, ...]:
    """A fact has an anonymous id once the person that it was about is erased."""
    named = ((USER_ID, event.user_id), (ANONYMOUS_ID, event.anonymous_id))
    return tuple((kind, value) for kind, value in named if value)


def _naming_of_call(event: LoggedEvent, country: str) -> Naming | None:
    body, notes = event.body, list[str]()
    context = _object(body, "context")
    traits = {} if event.type == "group" else _object(body, "traits")  # a group's are not a person's
    context_traits = _object(context, "traits")
    told = [place for place in (traits, context_traits) if place]
    places = [place for place in (traits, _object(body, "properties"), context_traits) if place]
    elsewhere = list(_external_ids(context)) if "externalIds" in context else []
    user_id, previous = event.user_id, event.anonymous_id
    if event.type == "alias":
        previous = str(body.get("previousId") or "").strip()
    if elsewhere:
        plain = {kind: value for kind, value in elsewhere if kind in PLAIN_KINDS}
        user_id, previous = user_id or plain.get(USER_ID), previous or plain.get(ANONYMOUS_ID)
        places.append(plain)
    email = _email(places)
    if not email and user_id and "@" in user_id:
        email = read_email(user_id)
    is_former = False
    if previous and "@" in previous and (address := read_email(previous)):
        is_former = (
            event.type == "alias" and not email
        )  # an alias may name an address that the person went by
        email, previous = email or address, None
    phone = ""
    if any("phone" in place for place in places):
        phone = _phone(places, _country(told, context) or country, notes)
    numbers = (
        [f"{system}:{value}" for system, value in elsewhere if system not in PLAIN_KINDS] if elsewhere else ()
    )
    keys = _keys(
        user_id=user_id, external_ids=numbers, email=email, phone=phone, anonymous_id=previous, notes=notes
    )
    if not keys:
        return None
    name = next((name for name in map(_name, told) if name), "")[:MAX_NAME] if told else ""
    return Naming(keys, name, traits if event.type == "identify" and traits else None, notes, is_former)


def _keys(
    *,
    user_id: str | None,
    external_ids: Iterable[str],
    email: str,
    phone: str,
    anonymous_id: str | None,
    notes: list[str],
) -> tuple[Key, ...]:
    keys: list[Key] = [(USER_ID, user_id)] if user_id else []
    if external_ids:
        numbers = sorted({number for number in external_ids if 0 < len(number) <= MAX_VALUE})
        keys += [(EXTERNAL_ID, number) for number in (numbers if user_id else numbers[:1])]
        if not user_id and len(numbers) > 1:
            left_out = ", ".join(numbers[1:])
            notes.append(f"{left_out} was left out: without a customer number only one external id is used.")
    if email:
        keys.append((EMAIL, email))
    if phone:
        keys.append((PHONE, phone))
    if anonymous_id:
        keys.append((ANONYMOUS_ID, anonymous_id))
    return tuple(keys)


def _external_ids(context: Place) -> Iterator[Key]:
    """The type and id of each external id that is a person's."""
    told = context.get("externalIds")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, dict) and one.get("collection", "users") == "users":
            system, value = _text(one, "type"), str(one.get("id") or "").strip()
            if system and value:
                yield system, value


def _email(places: Iterable[Place]) -> str:
    for place in places:
        if "email" in place and (email := read_email(place["email"])):
            return email
    return ""


def _phone(places: Iterable[Place], country: str, notes: list[str]) -> str:
    given = [str(place["phone"]).strip() for place in places if place.get("phone")]
    found = next(filter(None, (read_phone(text, country) for text in given)), "")
    if given and not found:
        hint = "" if country else " without a country code, and the store has no country"
        notes.append(f"phone was left out: {given[0][:60]!r} is no phone number{hint}.")
    return found


def _country(told: Iterable[Place], context: Place) -> str:
    addresses = [_object(place, "address") for place in told]
    places = (*addresses, _object(context, "location")) if context else addresses
    return next(filter(None, (read_country(place.get("country")) for place in places)), "")


def _name(traits: Place) -> str:
    whole = _text(traits, "name")
    if whole:
        return whole
    first = _text(traits, "firstName") or _text(traits, "first_name")
    last = _text(traits, "lastName") or _text(traits, "last_name")
    return f"{first} {last}".strip()


def _text(place: Place, field: str) -> str:
    value = place.get(field)
    return value.strip() if isinstance(value, str) else ""


def _object(place: Place, field: str) -> Place:
    value = place.get(field)
    return value if isinstance(value, dict) else {}
