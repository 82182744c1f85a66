"""What this room and the log hold of one person: given out, and forgotten for good."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction

from regard.capture.domain.impersonal import impersonal_id
from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.capture.domain.reader import hold_readers
from regard.capture.domain.redact import Pseudonyms, redact_events
from regard.capture.domain.waiting import waiting_events
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.domain.identity_rows import load_by_key
from regard.profile.domain.naming import ANONYMOUS_ID, USER_ID, Key, identity_told, naming_of
from regard.profile.domain.order_descriptions import order_id_of, properties_of
from regard.profile.domain.rebuild import clear_identities
from regard.profile.models import ERASED, Customer, CustomerEvent, CustomerTag, Identity, IdentityLink, Order

EXPORTED = (
    "id",
    "type",
    "name",
    "occurred_at",
    "received_at",
    "user_id",
    "anonymous_id",
    "body",
)  # of events
NAMELESS = ("kind", "value", "name", "email", "phone", "traits", "by_hand", "hand_owner")  # what changes then


def export_identity(store: Store, customer_id: int) -> dict[str, Any]:
    """Who a customer is to the store: identities with what was told of them, how they came together, tags, and all
    events of the log."""
    customer = Customer.objects.get(store=store, pk=customer_id)
    identities = Identity.objects.filter(store=store, customer=customer).order_by("id")
    links = IdentityLink.objects.filter(store=store, identity__in=identities).order_by("id")
    tags = CustomerTag.objects.filter(store=store, identity__in=identities, is_taken=False).order_by("name")
    events = CustomerEvent.objects.filter(store=store, identity__in=identities)
    known = identities.values(
        "id", "kind", "value", "name", "email", "phone", "first_seen_at", "last_seen_at"
    )
    held = {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "attributes": customer.attributes,
        "identities": list(known),
        "links": list(
            links.values("identity", "customer", "previous_customer", "reason", "linked_at", "actor")
        ),
        "tags": list(tags.values("name", "actor", "tagged_at")),
        "events": [
            {name: getattr(event, name) for name in EXPORTED}
            for event in events_by_id(store.pk, list(events.values_list("event_id", flat=True)))
        ],
    }
    return dict(msgspec.to_builtins(held))


@transaction.atomic
def erase_identity(store: Store, customer_id: int) -> int:
    """Forget who a customer is, in the log too; gives how many identities and events that changed.

    Identities and the events that name them get the same pseudonyms, which nothing leads back from. Whoever is
    named by the old address, number or browser from now on is a new customer. That the identities belong together
    is settled as by hand, since no event says so any more: a replay finds the same customer with the same facts.
    """
    hold_readers(store)
    identities = list(Identity.objects.filter(store=store, customer=customer_id))
    events = _events(store, identities)
    for identity in identities:
        _make_nameless(identity)
    names = {identity.pk: _pseudonyms(identity) for identity in identities}
    redacted = redact_events(store=store, events={number: names[owner] for number, owner in events.items()})
    CustomerEvent.objects.filter(store=store, identity__in=identities).update(note="")
    Identity.objects.bulk_update(identities, NAMELESS)
    tags, _by_model = CustomerTag.objects.filter(store=store, identity__in=identities).delete()
    made = [identity.own_customer_id for identity in identities if identity.own_customer_id]
    Customer.objects.filter(store=store, pk__in=made).update(name="", email="", phone="", attributes={})
    return redacted + len(identities) + tags


def _make_nameless(identity: Identity) -> None:
    identity.value = ERASED + secrets.token_hex(16)
    if identity.kind != USER_ID:
        identity.kind = ANONYMOUS_ID  # under which an event can name it
    identity.name = identity.email = identity.phone = ""
    identity.traits = {}
    if identity.owner_id and not identity.by_hand:
        identity.by_hand, identity.hand_owner_id = True, identity.owner_id


def _pseudonyms(identity: Identity) -> Pseudonyms:
    return (identity.value, None) if identity.kind == USER_ID else (None, identity.value)


def _events(store: Store, identities: Sequence[Identity]) -> dict[int, int]:
    """The events about these identities, by id, each with the id of one."""
    placed = CustomerEvent.objects.filter(store=store, identity__in=identities)
    return dict(placed.values_list("event_id", "identity")) | _waiting(store, identities)


def _waiting(store: Store, identities: Sequence[Identity]) -> dict[int, int]:
    """The same of events that are not read yet, or parked: whatever they name one of the identities by; one that
    names nobody is about whoever placed its order.

    Those that a known identity of somebody else would get are left to them, as are those that were read.
    """
    ours = {(identity.kind, identity.value): identity.pk for identity in identities}
    placed = Order.objects.filter(store=store, identity__in=identities)
    orders = dict(placed.values_list("external_id", "identity"))
    found: dict[int, int] = {}
    strongest: dict[int, Key] = {}
    for event in waiting_events(store):
        if (told := identity_told(event)) is not None:
            found |= {event.id: told} if told in ours.values() else {}
        elif naming := naming_of(event, country=store.country):
            named = next((ours[key] for key in naming.keys if key in ours), None)
            if named is not None:
                found[event.id], strongest[event.id] = named, naming.keys[0]
        elif (order_id := impersonal_id(_order_named(event))) in orders:
            found[event.id] = orders[order_id]
    known = {(known.kind, known.value) for known in load_by_key(store.pk, set(strongest.values()))}
    others = known - ours.keys()
    return {number: owner for number, owner in found.items() if strongest.get(number) not in others}


def _order_named(event: LoggedEvent) -> str:
    place = properties_of(event) if event.type == "track" else event.body
    return order_id_of(place, [])


# Exported first, and erased and cleared last: other rooms find their part by the identities.
IDENTITY_DATA = DataHolder("identity", 0, export_identity, erase_identity, clear_identities)
