"""Custom attributes: what `identify` calls and files of customers tell that has no place of its own.

They are kept at the identity that they were told of, each with its time, so that they move when it does and the
latest telling counts whatever the order of arrival. A null takes an attribute back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.profile.domain.told_consents import TRAITS as CONSENT_TRAITS

MAX_NAME = 100  # characters
MAX_VALUE = 1_000  # characters as JSON
MAX_ATTRIBUTES = 200  # of an identity; of more the first by the alphabet, whatever the order of arrival
# Traits that have a place of their own: the person's, by Segment's spec, and consents.
RESERVED = {
    "name", "firstName", "first_name", "lastName", "last_name", "email", "phone", "anonymousId", "userId",
    "consent", "consents", *CONSENT_TRAITS,
}  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOAD = "SELECT id, traits::text FROM profile_identity WHERE id = ANY(%b)"
SAVE = """
    UPDATE profile_identity AS identity SET traits = new.traits::jsonb
    FROM unnest(%b::bigint[], %b::text[]) AS new (id, traits) WHERE identity.id = new.id
"""

Telling = tuple[int, int, Any]  # microseconds since 1970 when it was told, id of the event, value
Traits = dict[str, Telling]


def attributes_told(event: LoggedEvent, traits: Mapping[str, Any], notes: list[str]) -> Traits:
    """The attributes among the traits of an event; notes: what could not be used is added, in words."""
    at = (event.occurred_at - EPOCH) // timedelta(microseconds=1)
    told: Traits = {}
    for name, value in traits.items():
        if name in RESERVED:
            continue
        if not 0 < len(name) <= MAX_NAME:
            notes.append(
                f"{name[:30]!r} was left out: names of attributes have {MAX_NAME} characters at most."
            )
        elif len(msgspec.json.encode(value)) > MAX_VALUE:
            notes.append(f"{name} was left out: an attribute has {MAX_VALUE} characters at most.")
        else:
            told[name] = (at, event.id, value)
    return told


def merged(held: Traits, told: Iterable[Traits]) -> Traits:
    """What is known after further tellings: of each attribute the latest."""
    known = dict(held)
    for telling in told:
        for name, value in telling.items():
            if name not in known or tuple(value[:2]) > tuple(known[name][:2]):
                known[name] = value
    return {name: known[name] for name in sorted(known)[:MAX_ATTRIBUTES]}


def load_traits(identity_ids: Iterable[int]) -> dict[int, Traits]:
    """What was told of identities, by their ids."""
    return {number: msgspec.json.decode(text) for number, text in run_bulk(LOAD, (list(identity_ids),))}


def save_traits(traits: Mapping[int, Traits]) -> None:
    """traits: id of an identity -> all that was told of it."""
    if traits:
        rows = [(number, msgspec.json.encode(told).decode()) for number, told in traits.items()]
        run_bulk(SAVE, columns_of(rows, 2))
