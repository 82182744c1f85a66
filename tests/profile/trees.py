"""What must hold of identities and their customers, and what events alone say of them, told plainly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from regard.core.models import Store
from regard.profile.domain.naming import naming_of
from regard.profile.models import Customer, Identity, IdentityKind

Key = tuple[str, str]
KINDS = IdentityKind.values


def identities_by_customer(store: Store) -> list[list[str]]:
    """The values of each living customer's identities."""
    values: dict[int, list[str]] = {}
    for customer_id, value in Identity.objects.filter(store=store).values_list("customer_id", "value"):
        values.setdefault(customer_id, []).append(value)
    return sorted(sorted(group) for group in values.values())


def owners_said(events: Iterable[Any]) -> dict[Key, Key]:
    """Whom each weaker identity belongs to by events alone: the stronger one it was named beside first."""
    claims: dict[Key, tuple[Any, ...]] = {}
    for event in events:
        naming = naming_of(event)
        if naming is None:
            continue
        strongest = naming.keys[0]
        for key in naming.keys[1:]:
            told = (event.occurred_at, KINDS.index(strongest[0]), strongest[1], strongest)
            claims[key] = min(claims.get(key, told), told)
    return {key: claim[-1] for key, claim in claims.items()}


def check_trees(store: Store) -> None:
    """Each identity is with the customer of its root, and each customer that a root made once leads there."""
    known = {identity.pk: identity for identity in Identity.objects.filter(store=store)}
    customers = {customer.pk: customer for customer in Customer.objects.filter(store=store)}
    for identity in known.values():
        root, steps = identity, 0
        while parent := (root.hand_owner_id if root.by_hand else root.owner_id):
            root, steps = known[parent], steps + 1
            assert steps <= len(known), "identities go round in a circle"
        assert identity.customer_id == root.own_customer_id
        if identity.own_customer_id:
            into = customers[identity.own_customer_id].merged_into_id
            assert into == (None if root is identity else identity.customer_id)
    made = [identity.own_customer_id for identity in known.values() if identity.own_customer_id]
    assert sorted(made) == sorted(customers)
