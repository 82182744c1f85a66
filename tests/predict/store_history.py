"""A store whose customers buy by the models' own rules, written into the tables in a few statements."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from regard.core.models import Store
from regard.profile.models import Customer, Identity, Order
from tests.predict.buying import spent_by
from tests.predict.fitted import BUYING, SPENDING
from tests.score.people import NOW

YEARS = 560  # days of history, a little over one and a half


def fill_store(store: Store, people: int = 700, seed: int = 5, *, currency: str = "EUR") -> list[Customer]:
    """Customers who have bought since some day in the last year and a half, up to NOW."""
    random = np.random.default_rng(seed)
    since = random.integers(1, YEARS, people)
    since[0] = YEARS
    customers = Customer.objects.bulk_create(
        Customer(store=store, name=f"C {number}", first_seen_at=NOW, last_seen_at=NOW)
        for number in range(people)
    )
    identities = Identity.objects.bulk_create(
        Identity(store=store, kind="user_id", value=f"c-{customer.pk}", customer=customer, first_seen_at=NOW)
        for customer in customers
    )
    orders = []
    for identity, days in zip(identities, since.tolist(), strict=True):
        for number, day in enumerate(_days_bought(random, days)):
            spent = round(float(spent_by(SPENDING, np.ones(1), random)[0])) + 1
            orders.append(_order(identity, number, days - day, spent, currency))
    Order.objects.bulk_create(orders)
    return customers


def _days_bought(random: np.random.Generator, age: int) -> list[float]:
    rate, leaves = random.gamma(BUYING.r, 1 / BUYING.alpha), random.beta(BUYING.a, BUYING.b)
    at, days = 0.0, [0.0]
    while (at := at + 7 * random.exponential(1 / max(rate, 1e-9))) <= age:
        days.append(at)
        if random.random() < leaves:
            break
    return days


def _order(identity: Identity, number: int, days_ago: float, spent: int, currency: str) -> Order:
    at = NOW - timedelta(days=days_ago)
    return Order(
        store=identity.store, identity=identity, external_id=f"{identity.value}-{number}", status="completed",
        ordered_at=at, total_minor=spent, currency=currency, history=True, described_at=at, event_id=0,
    )  # fmt: skip


def fill_with_regulars(store: Store, people: int = 600) -> list[Identity]:
    """Customers who buy every four weeks to the day, an amount of their own; one in thirty leaves each time."""
    random = np.random.default_rng(5)
    since = random.integers(100, YEARS, people)
    since[0] = YEARS
    named = Customer.objects.bulk_create(
        Customer(store=store, name=f"C {each}", first_seen_at=NOW, last_seen_at=NOW) for each in range(people)
    )
    identities = Identity.objects.bulk_create(
        Identity(store=store, kind="user_id", value=f"c-{customer.pk}", customer=customer, first_seen_at=NOW)
        for customer in named
    )
    Order.objects.bulk_create(
        _order(identity, number, days - 28 * number, int(random.integers(500, 9_000)), "EUR")
        for identity, days in zip(identities, since.tolist(), strict=True)
        for number in range(min(days // 28 + 1, random.geometric(1 / 30)))
    )
    return identities
