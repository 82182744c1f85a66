"""What this room holds of a customer: what the store decided of their reviews and answered."""

from __future__ import annotations

from typing import Any

import msgspec

from regard.capture.domain.impersonal import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.listen.models import Review
from regard.review.models import ReviewStanding

FIELDS = ("external_id", "shown", "reason", "decided_at", "reply", "replied_at")


def export_standings(store: Store, customer_id: int) -> list[dict[str, Any]]:
    """What was decided of their reviews and answered, the first decided first."""
    rows = ReviewStanding.objects.filter(store=store, external_id__in=_names(store, customer_id))
    return list(msgspec.to_builtins(list(rows.order_by("id").values(*FIELDS))))


def erase_standings(store: Store, customer_id: int) -> int:
    """Take the words out, which may name the person; that it was shown or hidden stays, as the stars do. Who
    keeps the reviews renames them after this, in the same way. Gives the rows changed."""
    rows = ReviewStanding.objects.filter(store=store, external_id__in=_names(store, customer_id))
    changed = rows.update(reply="", reason="")
    for pk, name in list(rows.values_list("pk", "external_id")):
        if (new := impersonal_id(name)) != name:
            ReviewStanding.objects.filter(store=store, pk=pk).update(external_id=new)
    return changed


def _names(store: Store, customer_id: int) -> list[str]:
    """Of their reviews."""
    said = Review.objects.filter(store=store, identity__store=store, identity__customer_id=customer_id)
    return list(said.values_list("external_id", flat=True))


STANDINGS = DataHolder("review_standings", 93, export_standings, erase_standings)
