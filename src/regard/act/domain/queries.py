"""Alerts as people and programs see them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from regard.act.models import Alert, AlertState
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.profile.models import Customer

OPEN = "open"  # as a state to ask for: new or seen


def alerts_for_viewer(
    *, store: Store, state: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Alert]:
    """Alerts of a store with customer and owner, the newest first. One query.

    state: one of AlertState, "open" for those not handled, or "" for all. Raises CursorInvalid.
    """
    return keyset_page(_in_state(store, state), order=("-raised_at", "-id"), cursor=cursor, limit=limit)


def alert_for_viewer(store: Store, alert_id: int) -> Alert:
    """Raises Alert.DoesNotExist, also for an alert of another store."""
    return _in_state(store, "").get(pk=alert_id)


def alerts_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Alert]:
    """The newest alerts about a customer, or about one who was merged into them."""
    # Their ids first: with the merged ones in an OR, PostgreSQL would look at every alert of the store.
    themselves = Customer.objects.filter(Q(pk=customer_id) | Q(merged_into=customer_id), store=store)
    rows = _in_state(store, "").filter(customer__in=themselves.values("pk"))
    return list(rows.order_by("-raised_at", "-id")[:limit])


def alert_counts(store: Store) -> dict[str, int]:
    """How many alerts are in each state. One query."""
    rows = Alert.objects.filter(store=store).values_list("state").annotate(Count("id")).order_by("state")
    return dict.fromkeys(AlertState.values, 0) | dict(rows)


def _in_state(store: Store, state: str) -> QuerySet[Alert]:
    rows = Alert.objects.filter(store=store).select_related("store", "customer", "owner")
    if state == OPEN:
        return rows.filter(state__in=(AlertState.NEW, AlertState.SEEN))
    return rows.filter(state=state) if state else rows
