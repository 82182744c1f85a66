"""What a customer goes by and has ordered, as people and programs see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, Lower

from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.core.one_of import IsOneOf
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.profile.models import Customer, Identity, IdentityKind, Order, shop_numbers

SUMS = {
    "orders": Count("id"),
    "total": Sum("total_minor"),
    "refunded": Coalesce(Sum("refunded_minor"), 0),
}


@dataclass(frozen=True)
class OrderTotal:
    """Orders in one currency, without those called off; total_minor: in its minor units, of which refunded_minor
    was paid back; None when no order has a total."""

    currency: str
    orders: int
    total_minor: int | None
    refunded_minor: int

    @property
    def net_minor(self) -> int | None:
        """What was spent after refunds."""
        return None if self.total_minor is None else self.total_minor - self.refunded_minor


def identities_of(customer: Customer) -> list[Identity]:
    """The names that a customer goes by, the strongest kind first, then the oldest."""
    found = Identity.objects.filter(store=customer.store_id, customer=customer)
    return sorted(found, key=lambda known: (IdentityKind.values.index(known.kind), known.pk))


def name_customers(customers: Iterable[Customer]) -> None:
    """Ask at once for what these customers of one store are called by. One query if it is not known of all."""
    nameless = [customer for customer in customers if not (customer.name or customer.email)]
    if nameless:
        numbers = shop_numbers(nameless[0].store_id, [customer.pk for customer in nameless])
        for customer in nameless:
            customer.shop_number = numbers.get(customer.pk, "")


def orders_of(store: Store, customer_id: int, *, limit: int = 20) -> list[Order]:
    """The latest orders of a customer."""
    return list(placed_by(store, [customer_id]).order_by("-ordered_at", "-id")[:limit])


def orders_for_viewer(
    *, store: Store, customer_id: int, cursor: str = "", limit: int = 50
) -> KeysetPage[Order]:
    """Orders of a customer, the latest first. One query. Raises CursorInvalid."""
    rows = placed_by(store, [customer_id])
    return keyset_page(rows, order=("-ordered_at", "-id"), cursor=cursor, limit=limit)


def order_totals(store: Store, customer_id: int) -> list[OrderTotal]:
    """What a customer has ordered, in each currency; orders without a total count for nothing in the sum."""
    rows = _purchases(store, [customer_id]).values_list("currency")
    return [OrderTotal(*row) for row in rows.annotate(**SUMS).order_by("currency")]


def totals_by_customer(store: Store, customer_ids: Iterable[int]) -> dict[int, list[OrderTotal]]:
    """The same for each of these customers; those without an order are left out. One query."""
    rows = _purchases(store, customer_ids).values_list("identity__customer", "currency")
    found: dict[int, list[OrderTotal]] = defaultdict(list)
    for customer_id, *total in rows.annotate(**SUMS).order_by("currency"):
        found[customer_id].append(OrderTotal(*total))
    return found


def _purchases(store: Store, customer_ids: Iterable[int]) -> QuerySet[Order]:
    """Without returns and what was called off, as scores and segments count them."""
    placed = placed_by(store, customer_ids).filter(is_return=False)
    return placed.annotate(state=Lower("status")).exclude(state__in=VOID_STATUSES)


def placed_by(store: Store, customer_ids: Iterable[int]) -> QuerySet[Order]:
    """Their orders, whatever became of them."""
    known = Identity.objects.filter(store=store, customer__in=list(customer_ids))
    return Order.objects.filter(IsOneOf("identity_id", known.values("pk")), store=store)
