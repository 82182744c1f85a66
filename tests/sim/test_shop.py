"""The made-up store: the same seed gives the same life, and what causes what shows in it."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import mean

from regard.sim.shop import Shop, make_shop

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def shop(seed: int = 1, customers: int = 200) -> Shop:
    return make_shop(seed=seed, customers=customers, now=NOW)


def test_the_same_seed_gives_the_same_store():
    assert shop() == shop()
    assert shop() != shop(seed=2)


def test_keys_match():
    made = shop()
    customers = {row["customer_id"] for row in made.customers}
    orders = {row["order_id"]: row["customer_id"] for row in made.orders}
    products = {row["product_id"] for row in made.products}
    assert len(customers) == 200
    assert set(orders.values()) == customers
    assert (
        {row["order_id"] for row in made.order_lines}
        == {row["order_id"] for row in made.shipments}
        == set(orders)
    )
    assert {row["product_id"] for row in made.order_lines} <= products
    for row in (*made.reviews, *made.answers, *made.tickets):
        assert orders[row["order_id"]] == row["customer_id"]


def test_an_order_is_worth_its_lines():
    made = shop()
    worth: dict[str, int] = {}
    for line in made.order_lines:
        cents = round(float(line["price"]) * 100) * line["quantity"]
        worth[line["order_id"]] = worth.get(line["order_id"], 0) + cents
    assert {row["order_id"]: round(float(row["total"]) * 100) for row in made.orders} == worth


def test_nothing_of_the_past_lies_in_the_future():
    made = shop()
    told = [row["ordered_at"] for row in made.orders] + [row["reviewed_at"] for row in made.reviews]
    told += [row["answered_at"] for row in made.answers] + [row["delivered_at"] for row in made.orders]
    told += [call["timestamp"] for call in made.calls]
    assert max(told) <= NOW.isoformat()


def test_a_late_parcel_costs_stars():
    made = shop(customers=1_000)
    late = {
        row["order_id"]: row["delivered_at"] > row["promised_at"]
        for row in made.shipments
        if row["delivered_at"]
    }
    stars = {
        was_late: mean(row["rating"] for row in made.reviews if late[row["order_id"]] == was_late)
        for was_late in (True, False)
    }
    assert stars[True] < stars[False] - 1
