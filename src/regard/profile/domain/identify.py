"""Identity resolution: deterministic, set-based, and the same whatever order the events arrive in.

Each weaker identity (e-mail, browser) belongs to the stronger one that it was named beside first, by the time
at which that occurred; a tie goes to the stronger kind, then to the smaller value. A customer is the tree of
identities under one root. So a visitor who identifies is folded into the known customer, and two customer
numbers that share a browser or an address stay two customers: the shared one keeps its first link. An event
that comes late moves a link exactly as if it had come in time. Facts hold identities and are never rewritten.

Resolution is serial per store: it must run under the lease that the reader of the log holds.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.reader import Batch
from regard.core.models import Store
from regard.profile.domain.naming import Key, Naming, naming_of
from regard.profile.domain.timeline import place_events
from regard.profile.models import Customer, Identity, IdentityKind, IdentityLink, LinkReason

KINDS = IdentityKind.values  # the strongest first, so that owners are saved before the owned
SAVED_FIELDS = [
    "customer", "owner", "owned_since",
    "first_seen_at", "last_seen_at", "name", "name_at", "email", "email_at",
]  # fmt: skip
REFRESH_CUSTOMERS = """
    UPDATE profile_customer AS customer SET name = told.name, email = told.email,
        first_seen_at = COALESCE(told.first_seen_at, customer.first_seen_at),
        last_seen_at = COALESCE(told.last_seen_at, customer.last_seen_at)
    FROM (
        SELECT customer_id, MIN(first_seen_at) AS first_seen_at, MAX(last_seen_at) AS last_seen_at,
            COALESCE((ARRAY_AGG(name ORDER BY name_at DESC, name)
                FILTER (WHERE name_at IS NOT NULL))[1], '') AS name,
            COALESCE((ARRAY_AGG(email ORDER BY email_at DESC, email)
                FILTER (WHERE email_at IS NOT NULL))[1], '') AS email
        FROM profile_identity WHERE store_id = %s AND customer_id = ANY(%s) GROUP BY customer_id
    ) AS told
    WHERE customer.id = told.customer_id
    AND (customer.first_seen_at, customer.last_seen_at, customer.name, customer.email)
        IS DISTINCT FROM (told.first_seen_at, told.last_seen_at, told.name, told.email)
"""


def identify_batch(batch: Batch) -> None:
    """Find or make the identity and the customer of every event that names somebody.

    Fills `identity_of` and `touched`, and puts the events into the customers' timelines.
    """
    named = [(event, naming) for event in batch.events if (naming := naming_of(event))]
    if not named:
        return
    book = _Book(batch.store, {key for _, naming in named for key in naming.keys})
    for event, naming in named:
        book.read(event, naming)
    batch.touched |= book.save()
    batch.identity_of.update({event.id: book.identities[naming.keys[0]].pk for event, naming in named})
    place_events(
        store=batch.store,
        placed={event.id: (batch.identity_of[event.id], event.occurred_at) for event, _ in named},
    )


class _Book:
    """The identities that a batch names, changed in memory and saved together."""

    def __init__(self, store: Store, keys: set[Key]) -> None:
        self.store = store
        self.identities = _load(store, keys)
        self.customer_before = {key: identity.customer_id for key, identity in self.identities.items()}
        self.roots_before = {key for key, identity in self.identities.items() if identity.owner is None}
        self.own: set[Key] = set()  # those that some event of the batch is put to
        self.changed: set[Key] = set()
        self.linked_by: dict[Key, LoggedEvent] = {}  # what named it first, or beside its present owner

    def read(self, event: LoggedEvent, naming: Naming) -> None:
        strongest, *weaker = naming.keys
        identity = self._named(strongest, event)
        if naming.seen:  # what Regard itself records of a customer changes nothing about them
            self.own.add(strongest)
        for key in weaker:
            if _claim(self._named(key, event), identity, event.occurred_at):
                self.changed.add(key)
                self.linked_by[key] = event
        if _learn(identity, event.occurred_at, naming):
            self.changed.add(strongest)

    def _named(self, key: Key, event: LoggedEvent) -> Identity:
        if key not in self.identities:
            self.identities[key] = Identity(store=self.store, kind=key[0], value=key[1])
            self.changed.add(key)
            self.linked_by[key] = event
        return self.identities[key]

    def save(self) -> set[int]:
        """Write what changed; gives the ids of the customers that an event is put to or that changed."""
        self._make_customers()
        moved = self._follow_owners()
        for kind in KINDS:
            Identity.objects.bulk_create(
                [self.identities[key] for key in sorted(self.changed) if key[0] == kind],
                update_conflicts=True,
                unique_fields=["store", "kind", "value"],
                update_fields=SAVED_FIELDS,
            )
        IdentityLink.objects.bulk_create([self._link(key) for key in moved] + self._move_owned(moved))
        self._fold_customers(moved)
        affected = {self.identities[key].customer_id for key in self.changed}
        affected |= {self.customer_before[key] for key in moved if key in self.customer_before}
        _refresh_customers(self.store, affected)
        return affected | {self.identities[key].customer_id for key in self.own}

    def _make_customers(self) -> None:
        """A customer for each new identity that has no owner."""
        roots = [
            key
            for key, identity in self.identities.items()
            if key not in self.customer_before and identity.owner is None
        ]
        seen = [self.linked_by[key].occurred_at for key in roots]
        customers = [Customer(store=self.store, first_seen_at=at, last_seen_at=at) for at in seen]
        for key, customer in zip(roots, Customer.objects.bulk_create(customers), strict=True):
            self.identities[key].customer = customer

    def _follow_owners(self) -> list[Key]:
        """Put every identity to its owner's customer; gives those whose customer is another than before."""
        for key in sorted(self.identities, key=lambda key: KINDS.index(key[0])):
            identity = self.identities[key]
            if identity.owner is not None:
                identity.customer = identity.owner.customer
        moved = [
            key
            for key, identity in self.identities.items()
            if self.customer_before.get(key) != identity.customer_id
        ]
        self.changed.update(moved)
        return moved

    def _link(self, key: Key) -> IdentityLink:
        identity = self.identities[key]
        owner = identity.owner
        if owner is None:
            reason = LinkReason.FIRST_NAMED
        else:
            reason = LinkReason.NAMED_TOGETHER if key in self.linked_by else LinkReason.OWNER_MOVED
        event = self.linked_by.get(key) or self.linked_by[(owner.kind, owner.value) if owner else key]
        return _new_link(identity, self.customer_before.get(key), reason, event)

    def _move_owned(self, moved: list[Key]) -> list[IdentityLink]:
        """Identities that the batch does not name, but whose owner it moved, go along."""
        owners = {self.identities[key].pk: key for key in moved if key in self.customer_before}
        if not owners:
            return []
        named = [identity.pk for identity in self.identities.values()]
        owned = list(Identity.objects.filter(store=self.store, owner__in=owners).exclude(pk__in=named))
        links = []
        for identity in owned:
            key, before = owners[identity.owner_id or 0], identity.customer_id
            identity.customer = self.identities[key].customer
            links.append(_new_link(identity, before, LinkReason.OWNER_MOVED, self.linked_by[key]))
        Identity.objects.bulk_update(owned, ["customer"])
        return links

    def _fold_customers(self, moved: list[Key]) -> None:
        """A customer whose root found an owner is empty now, and points to where its identities went.

        So do those that were folded into it before, so that one step always leads to the living customer.
        """
        into = {
            self.customer_before[key]: self.identities[key].customer
            for key in moved
            if key in self.roots_before
        }
        if into:
            folded = [Customer(pk=before, merged_into=customer) for before, customer in into.items()]
            earlier = list(Customer.objects.filter(merged_into__in=into))
            for customer in earlier:
                customer.merged_into = into[customer.merged_into_id or 0]
            Customer.objects.bulk_update(folded + earlier, ["merged_into"])


def _load(store: Store, keys: set[Key]) -> dict[Key, Identity]:
    named = Q()
    for kind in KINDS:
        named |= Q(kind=kind, value__in=[value for key_kind, value in keys if key_kind == kind])
    found = Identity.objects.filter(named, store=store).select_related("owner", "customer", "owner__customer")
    book = {(identity.kind, identity.value): identity for identity in found}
    for identity in book.values():
        if identity.owner is not None:  # one object an identity, so that a change to an owner is seen by all
            identity.owner = book.get((identity.owner.kind, identity.owner.value), identity.owner)
    return book


def _claim(identity: Identity, owner: Identity, occurred_at: datetime) -> bool:
    """Let `owner` have `identity` when it was named beside it before the present owner was."""
    claim = (occurred_at, KINDS.index(owner.kind), owner.value)
    held = identity.owner
    since = identity.owned_since
    if held is not None and since is not None and claim >= (since, KINDS.index(held.kind), held.value):
        return False
    identity.owner, identity.owned_since = owner, occurred_at
    return True


def _learn(identity: Identity, occurred_at: datetime, naming: Naming) -> bool:
    """Note when the person was seen and what they are called; gives whether anything changed."""
    before = [getattr(identity, field) for field in SAVED_FIELDS[3:]]
    if naming.seen:
        identity.first_seen_at = min(identity.first_seen_at or occurred_at, occurred_at)
        identity.last_seen_at = max(identity.last_seen_at or occurred_at, occurred_at)
    if naming.name and _is_later(occurred_at, naming.name, identity.name_at, identity.name):
        identity.name, identity.name_at = naming.name, occurred_at
    if naming.email and _is_later(occurred_at, naming.email, identity.email_at, identity.email):
        identity.email, identity.email_at = naming.email, occurred_at
    return before != [getattr(identity, field) for field in SAVED_FIELDS[3:]]


def _is_later(told_at: datetime, value: str, held_at: datetime | None, held: str) -> bool:
    """Of values told at the same instant the smaller counts, as in REFRESH_CUSTOMERS."""
    return held_at is None or told_at > held_at or (told_at == held_at and value < held)


def _new_link(identity: Identity, before: int | None, reason: LinkReason, event: LoggedEvent) -> IdentityLink:
    return IdentityLink(
        store=identity.store,
        identity=identity,
        customer=identity.customer,
        previous_customer_id=before,
        reason=reason,
        event_id=event.id,
    )


def _refresh_customers(store: Store, customer_ids: set[int]) -> None:
    """Derive name, e-mail and times of these customers from their identities."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_CUSTOMERS, (store.pk, list(customer_ids)))
