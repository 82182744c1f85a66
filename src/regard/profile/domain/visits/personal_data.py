"""What is held of a customer's visits: given out, erased, derived anew, and made bare when its events go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from regard.capture.domain.retention import kept_from
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.models import Identity, IdentityKind, Visit

HELD = (
    "started_at", "ended_at", "pages", "product_ids", "in_cart", "taken_out", "reached_checkout",
    "order_external_id", "landing_page", "referrer", "source", "medium", "campaign", "device",
)  # fmt: skip
# By when it occurred: an event that was received later than its visit ended stays a little longer in the log.
MAKE_BARE = """
    UPDATE profile_visit SET steps = NULL, product_ids = '{}', landing_page = ''
    WHERE store_id = %s AND ended_at < %s AND steps IS NOT NULL
"""


def export_visits(store: Store, customer_id: int) -> list[Any]:
    """Every visit, the latest first."""
    visits = Visit.objects.filter(store=store, identity__in=_identities(store, customer_id))
    return [
        {name: getattr(visit, name) for name in HELD}
        | {"started_at": visit.started_at.isoformat(), "ended_at": visit.ended_at.isoformat()}
        for visit in visits.order_by("-started_at")
    ]


def erase_visits(store: Store, customer_id: int) -> int:
    """All of them, also those of others by the same browser; gives how many there were."""
    return _of(store, _identities(store, customer_id)).delete()[0]


def clear_visits(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete the visits that events of these identities are part of, as far as identities tell."""
    _of(store, Identity.objects.filter(store=store, pk__in=identity_ids)).delete()


def sources_of_visits(store: Store, identity_ids: Sequence[int]) -> Collection[int]:
    """The events of these visits, those of others on the same browser among them."""
    visits = _of(store, Identity.objects.filter(store=store, pk__in=identity_ids)).exclude(steps=None)
    return {step[1] for steps in visits.values_list("steps", flat=True).iterator() for step in steps or ()}


def forget_steps() -> None:
    """Leave of visits whose events are past the store's retention no more than figures; to be run after it."""
    for store in Store.objects.exclude(event_retention_months=None):
        with connection.cursor() as cursor:
            cursor.execute(MAKE_BARE, (store.pk, kept_from(store.event_retention_months or 0)))


def _of(store: Store, identities: QuerySet[Identity]) -> QuerySet[Visit]:
    ids = list(identities.values_list("pk", "kind", "value"))
    browsers = [value for _pk, kind, value in ids if kind == IdentityKind.ANONYMOUS_ID]
    concerned = Q(identity__in=[pk for pk, _kind, _value in ids])
    if browsers:
        concerned |= Q(visitor__in=browsers)
    return Visit.objects.filter(concerned, store=store)


def _identities(store: Store, customer_id: int) -> QuerySet[Identity]:
    return Identity.objects.filter(store=store, customer_id=customer_id)


VISITS_HELD = DataHolder("visits", 45, export_visits, erase_visits, clear_visits, sources=sources_of_visits)
