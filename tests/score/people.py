"""Customers with orders and reviews, made directly, for tests of what reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from regard.core.models import Store
from regard.listen.models import Response, Review
from regard.profile.models import Customer, Identity, Order, Refund

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_numbers = count(1)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def new_customer(store: Store, user_id: str = "") -> Customer:
    customer = Customer.objects.create(
        store=store, name="Ada", first_seen_at=days_ago(900), last_seen_at=days_ago(0)
    )
    new_identity(customer, user_id or f"user-{next(_numbers)}")
    return customer


def new_identity(customer: Customer, value: str) -> Identity:
    return Identity.objects.create(
        store=customer.store, kind="user_id", value=value, customer=customer, first_seen_at=days_ago(900)
    )


def identity_of(customer: Customer) -> Identity:
    return Identity.objects.filter(customer=customer).order_by("id")[0]


def new_order(
    customer: Customer,
    at: datetime,
    *,
    total: int | None = 5_000,
    currency: str = "EUR",
    status: str = "completed",
    event_id: int = 0,
    history: bool = True,
) -> Order:
    return Order.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=f"order-{next(_numbers):06d}",
        status=status, ordered_at=at, total_minor=total, currency=currency, history=history,
        described_at=at, event_id=event_id,
    )  # fmt: skip


def new_refund(order: Order, amount: int | None, at: datetime, *, currency: str = "") -> Refund:
    """Of a completed order; `amount` is all that was paid back of it, unless the currency is another one."""
    if not currency and amount is not None:
        Order.objects.filter(pk=order.pk).update(refunded_minor=amount)
    return Refund.objects.create(
        store=order.store, order_external_id=order.external_id, external_id=f"refund-{next(_numbers):06d}",
        amount_minor=amount, currency=currency or order.currency, refunded_at=at, described_at=at, event_id=0,
    )  # fmt: skip


def new_review(
    customer: Customer, at: datetime, rating: int, *, event_id: int = 0, history: bool = True, title: str = ""
) -> Review:
    return Review.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=f"review-{next(_numbers):06d}",
        rating=rating, title=title, reviewed_at=at, history=history, event_id=event_id,
    )  # fmt: skip


def new_answer(customer, at, score, *, measure="nps", topic="relationship"):
    return Response.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=f"{at}{measure}{topic}",
        measure=measure, topic=topic, value=score / 10, lowest=0, highest=10, score=score, answered_at=at,
        history=True, event_id=0,
    )  # fmt: skip
