"""Two shops whose past is imported: what their files hold, read by nothing but Python's own csv."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT, shared_data

EXAMPLES = ROOT / "examples"


@dataclass
class Shop:
    """A shop's files and what they say; ratings and orders by the customer's id."""

    slug: str
    currency: str
    orders: Path
    reviews: Path
    mappings: Mapping[str, Path]
    order_ids: set[str] = field(default_factory=set)
    review_ids: set[tuple[str, str]] = field(default_factory=set)
    bought: Counter[str] = field(default_factory=Counter)
    ratings: dict[str, list[int]] = field(default_factory=dict)

    def add_order(self, order_id: str, customer: str) -> None:
        self.order_ids.add(order_id)
        self.bought[customer] += 1

    def add_review(self, review_id: str, order_id: str, customer: str, rating: int) -> None:
        self.review_ids.add((review_id, order_id))
        self.ratings.setdefault(customer, []).append(rating)

    def content_customers(self, *, orders: int) -> list[str]:
        """Those who placed that many orders and gave four stars or more, each time, by id."""
        return sorted(
            customer
            for customer, ratings in self.ratings.items()
            if self.bought[customer] == orders and min(ratings) >= 4
        )


def rows_of(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def example_shop() -> Shop:
    """The made-up shop of the examples, whose files hold one bad row each."""
    folder = EXAMPLES / "shop"
    shop = Shop("example", "EUR", folder / "orders.csv", folder / "reviews.csv", {})
    for row in rows_of(shop.orders):
        if row["total"].replace(".", "").isdigit():
            shop.add_order(row["order_id"], row["customer_id"])
    for row in rows_of(shop.reviews):
        if row["rating"] in {"1", "2", "3", "4", "5"}:
            shop.add_review(row["review_id"], row["order_id"], row["customer_id"], int(row["rating"]))
    return shop


def marketplace() -> Shop:
    """A real marketplace; the test is skipped where its files are not there."""
    folder = shared_data("olist")
    mappings = {kind: EXAMPLES / "marketplace" / f"{kind}.toml" for kind in ("orders", "reviews")}
    shop = Shop(
        "marketplace", "BRL", folder / "olist_orders.csv.gz", folder / "olist_order_reviews.csv.gz", mappings
    )
    people = {
        row["customer_id"]: row["customer_unique_id"] for row in rows_of(folder / "olist_customers.csv.gz")
    }
    buyer = {row["order_id"]: people[row["customer_id"]] for row in rows_of(shop.orders)}
    for order_id, customer in buyer.items():
        shop.add_order(order_id, customer)
    for row in rows_of(shop.reviews):
        customer = buyer[row["order_id"]]
        shop.add_review(row["review_id"], row["order_id"], customer, int(row["review_score"]))
    return shop


SHOPS = {"example": example_shop, "marketplace": marketplace}
