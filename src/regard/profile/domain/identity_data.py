"""What this room and the log hold of one person: given out, and forgotten for good."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef

from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import hold_readers
from regard.capture.domain.redact import Pseudonyms, redact_events
from regard.capture.models import Event
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.domain.naming import ANONYMOUS_ID, USER_ID
from regard.profile.domain.rebuild import clear_identities
from regard.profile.models import Customer, CustomerEvent, CustomerTag, Identity, IdentityLink

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
ERASED = "erased:"  # begins the values of identities that were forgotten


def export_identity(store: Store, customer_id: int) -> dict[str, Any]:
    """Who a customer is to the store: identities with what was told of them, how they came together, tags, and all
    events of the log."""
    customer = Customer.objects.get(store=store, pk=customer_id)
    identities = Identity.objects.filter(store=store, customer=customer).order_by("id")
    links = IdentityLink.objects.filter(store=store, identity__in=identities).order_by("id")
    tags = CustomerTag.objects.filter(store=store, identity__in=identities).order_by("name")
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
    named by the old address, number or browser from now on is a new customer.
    """
    hold_readers(store)
    identities = list(Identity.objects.filter(store=store, customer=customer_id))
    events = _events(store, identities)
    for identity in identities:
        identity.value = ERASED + secrets.token_hex(16)
        identity.name = identity.email = identity.phone = ""
        identity.traits = {}
    names = {identity.pk: _pseudonyms(identity) for identity in identities}
    redacted = redact_events(store=store, events={number: names[owner] for number, owner in events.items()})
    CustomerEvent.objects.filter(store=store, identity__in=identities).update(note="")
    Identity.objects.bulk_update(identities, ["value", "name", "email", "phone", "traits"])
    tags, _by_model = CustomerTag.objects.filter(store=store, identity__in=identities).delete()
    made = [identity.own_customer_id for identity in identities if identity.own_customer_id]
    Customer.objects.filter(store=store, pk__in=made).update(name="", email="", phone="", attributes={})
    return redacted + len(identities) + tags


def _pseudonyms(identity: Identity) -> Pseudonyms:
    return (identity.value, None) if identity.kind == USER_ID else (None, identity.value)


def _events(store: Store, identities: Sequence[Identity]) -> dict[int, int]:
    """The events about these identities, by id, each with the id of one; those that are not read yet too."""
    placed = CustomerEvent.objects.filter(store=store, identity__in=identities)
    found = dict(placed.values_list("event_id", "identity"))
    for kind, column in ((USER_ID, "user_id"), (ANONYMOUS_ID, "anonymous_id")):
        named = {identity.value: identity.pk for identity in identities if identity.kind == kind}
        placed = CustomerEvent.objects.filter(store=store, event_id=OuterRef("id"))
        unread = Event.objects.filter(~Exists(placed), store_id=store.pk, **{f"{column}__in": named})
        found |= {number: named[value] for number, value in unread.values_list("id", column)}
    return found


# Exported first, and erased and cleared last: other rooms find their part by the identities.
IDENTITY_DATA = DataHolder("identity", 0, export_identity, erase_identity, clear_identities)
