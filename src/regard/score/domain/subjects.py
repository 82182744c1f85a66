"""How the shop calls the customers that facts of Regard speak of."""

from __future__ import annotations

from collections.abc import Iterable

from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind


def user_ids_of(store: Store, customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer id -> the shop's id, where it is known; of several, the first that was seen. One query."""
    rows = Identity.objects.filter(
        store=store, customer_id__in=list(customer_ids), kind=IdentityKind.USER_ID
    ).order_by("-first_seen_at", "-id")
    return dict(rows.values_list("customer_id", "value"))
