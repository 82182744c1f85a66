"""How the shop calls the customers that facts of Regard speak of."""

from __future__ import annotations

from collections.abc import Iterable

from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind


def user_ids_by_identity(store: Store, identities: Iterable[Identity]) -> dict[int, str]:
    """Identity id -> the shop's id of whose it is, where it is known: its own if it is one, so that what is told
    by it moves along with it. One query at most."""
    rows = list(identities)
    own = {each.pk: each.value for each in rows if each.kind == IdentityKind.USER_ID}
    others = [each for each in rows if each.pk not in own]
    known = user_ids_of(store, {each.customer_id for each in others}) if others else {}
    return own | {each.pk: known[each.customer_id] for each in others if each.customer_id in known}


def user_ids_of(store: Store, customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer id -> the shop's id, where it is known; of several, the first that was seen. One query."""
    rows = Identity.objects.filter(
        store=store, customer_id__in=list(customer_ids), kind=IdentityKind.USER_ID
    ).order_by("-first_seen_at", "-id")
    return dict(rows.values_list("customer_id", "value"))
