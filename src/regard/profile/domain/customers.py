"""Customers as people and programs see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.profile.models import Customer, Identity, Order


@dataclass(frozen=True)
class OrderTotal:
    """Orders in one currency; total_minor: in its minor units."""

    currency: str
    orders: int
    total_minor: int


WORDS = re.compile(r"[\w@.+-]+")
NOBODY = Q(pk__in=[])
FEW = 5_000  # customers: so many are quickly sorted


def customers_for_viewer(
    *, store: Store, search: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Customer]:
    """Customers of a store, the last seen first. One query, two with a search.

    search: the beginnings of words of the name, or of an e-mail, customer number or other identity. Raises
    CursorInvalid.
    """
    rows = Customer.objects.filter(store=store, merged_into=None)
    if search.strip():
        rows = _found(rows, store, search.strip())
    return keyset_page(rows, order=("-last_seen_at", "-id"), cursor=cursor, limit=limit)


def customer_for_viewer(store: Store, customer_id: int) -> Customer:
    """The customer, or the one that they were merged into. Raises Customer.DoesNotExist."""
    customer = Customer.objects.select_related("merged_into").get(store=store, pk=customer_id)
    return customer.merged_into or customer


def identities_of(customer: Customer) -> list[Identity]:
    """The names that a customer goes by, the oldest first."""
    return list(Identity.objects.filter(store=customer.store_id, customer=customer).order_by("id"))


def orders_of(store: Store, customer_id: int, *, limit: int = 20) -> list[Order]:
    """The latest orders of a customer."""
    return list(_orders(store, [customer_id]).order_by("-ordered_at", "-id")[:limit])


def orders_for_viewer(
    *, store: Store, customer_id: int, cursor: str = "", limit: int = 50
) -> KeysetPage[Order]:
    """Orders of a customer, the latest first. One query. Raises CursorInvalid."""
    rows = _orders(store, [customer_id])
    return keyset_page(rows, order=("-ordered_at", "-id"), cursor=cursor, limit=limit)


def order_totals(store: Store, customer_id: int) -> list[OrderTotal]:
    """What a customer has ordered, in each currency; orders without a total count for nothing in the sum."""
    rows = _orders(store, [customer_id]).values_list("currency")
    summed = rows.annotate(Count("id"), total=Coalesce(Sum("total_minor"), 0)).order_by("currency")
    return [OrderTotal(*row) for row in summed]


def count_orders(store: Store, customer_ids: Iterable[int]) -> dict[int, int]:
    """How many orders each of these customers has; those without any are left out. One query."""
    counted = _orders(store, customer_ids).values_list("identity__customer").annotate(Count("id")).order_by()
    return dict(counted)


def _orders(store: Store, customer_ids: Iterable[int]) -> QuerySet[Order]:
    """Of these customers. The identities' store is named too: it comes first in their index."""
    return Order.objects.filter(
        store=store, identity__store=store, identity__customer_id__in=list(customer_ids)
    )


def _found(rows: QuerySet[Customer], store: Store, search: str) -> QuerySet[Customer]:
    """Those of `rows` that a search means.

    A few are found by two indexes. Of many, the last seen are met soon by looking at one customer after the
    other, while sorting all that were found would take seconds.
    """
    begins = Q(value__startswith=search) | Q(value__startswith=search.lower())
    identities = Identity.objects.filter(begins, store=store)
    named = _named(Customer.objects.filter(store=store), search)
    ids = identities.values_list("customer").union(named.values_list("pk"), all=True)[: FEW + 1]
    few = [customer_id for (customer_id,) in ids]
    if len(few) <= FEW:
        return rows.filter(pk__in=few)
    return _named(rows, search, or_else=Q(Exists(identities.filter(customer=OuterRef("pk")))))


def _named(rows: QuerySet[Customer], search: str, *, or_else: Q = NOBODY) -> QuerySet[Customer]:
    """By the index of words; the vector must be written as there."""
    words = WORDS.findall(search)
    if not words:
        return rows.filter(or_else)
    query = SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
    return rows.alias(words=SearchVector("name", config="simple")).filter(Q(words=query) | or_else)
