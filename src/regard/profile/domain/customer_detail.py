"""One customer with all that is known of them, as plain values for programs and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Max, Min, Q, Sum

from regard.core.models import Store
from regard.profile.models import Customer, Identity, IdentityKind, Order


@dataclass(frozen=True)
class KnownAs:
    """A name that a customer goes by. The times are None when it was only named beside a stronger one."""

    kind: str
    value: str
    first_seen_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True)
class OrderTotal:
    """The orders of a customer in one currency, in its minor units. count: those with a known total."""

    currency: str
    count: int
    total_minor: int
    average_minor: int


@dataclass(frozen=True)
class OrdersSummary:
    """totals: one a currency, by its code; empty when no order has a known total."""

    count: int
    first_ordered_at: datetime | None
    last_ordered_at: datetime | None
    totals: tuple[OrderTotal, ...]


@dataclass(frozen=True)
class CustomerDetail:
    """identities: the strongest kind first."""

    id: int
    name: str
    email: str
    first_seen_at: datetime
    last_seen_at: datetime
    identities: tuple[KnownAs, ...]
    orders: OrdersSummary


def customer_detail_for_viewer(*, store: Store, customer: int | str) -> CustomerDetail | None:
    """One customer by our id (int), or by e-mail or the shop's own id (str); None when there is none.

    The id of a customer that was folded into another gives that one.
    """
    found = _by_id(store, customer) if isinstance(customer, int) else _by_identity(store, customer.strip())
    if found is None:
        return None
    identities = list(Identity.objects.filter(store=store, customer=found))
    return CustomerDetail(
        id=found.pk,
        name=found.name,
        email=found.email,
        first_seen_at=found.first_seen_at,
        last_seen_at=found.last_seen_at,
        identities=tuple(
            KnownAs(known.kind, known.value, known.first_seen_at, known.last_seen_at)
            for known in sorted(identities, key=lambda known: (_strength(known), known.value))
        ),
        orders=_summarise_orders([known.pk for known in identities]),
    )


def _by_id(store: Store, customer_id: int) -> Customer | None:
    found = Customer.objects.filter(store=store, pk=customer_id).select_related("merged_into").first()
    return found and (found.merged_into or found)


def _by_identity(store: Store, value: str) -> Customer | None:
    named = Q(kind=IdentityKind.EMAIL, value=value.lower()) | Q(
        kind__in=[IdentityKind.USER_ID, IdentityKind.ANONYMOUS_ID], value=value
    )
    found = list(Identity.objects.filter(named, store=store).select_related("customer"))
    return min(found, key=_strength).customer if found else None


def _strength(identity: Identity) -> int:
    return IdentityKind.values.index(identity.kind)


def _summarise_orders(identities: list[int]) -> OrdersSummary:
    orders = Order.objects.filter(identity__in=identities)
    whole = orders.aggregate(count=Count("pk"), first=Min("ordered_at"), last=Max("ordered_at"))
    by_currency = (
        orders.exclude(total_minor=None)
        .values("currency")
        .annotate(count=Count("pk"), total=Sum("total_minor"), average=Avg("total_minor"))
        .order_by("currency")
    )
    totals = tuple(
        OrderTotal(row["currency"], row["count"], int(row["total"]), round(row["average"]))
        for row in by_currency
    )
    return OrdersSummary(whole["count"], whole["first"], whole["last"], totals)
