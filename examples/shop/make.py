"""Writes the files of a made-up shop, orders.csv and reviews.csv, beside this program.

They are the same each time: python examples/shop/make.py
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
LAST_DAY = date(2026, 11, 20)
CUSTOMERS, ORDERS, REVIEWS = 120, 300, 150
LATE = 0.15  # share of the delivered orders
FIRST_NAMES = (
    "Ada",
    "Bela",
    "Carl",
    "Dora",
    "Emil",
    "Finn",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Karla",
    "Lena",
)
LAST_NAMES = ("Adler", "Busch", "Conrad", "Decker", "Ernst", "Falk", "Graf", "Hahn", "Jung", "Krug", "Lang")
ORDER_COLUMNS = (
    "order_id", "customer_id", "email", "name", "ordered_at", "status", "total", "currency", "promised_at",
    "delivered_at",
)  # fmt: skip
REVIEW_COLUMNS = ("review_id", "order_id", "customer_id", "rating", "title", "body", "reviewed_at")
WORDS = {
    1: ("Never again", "It came far too late and nobody answered."),
    2: ("Disappointed", "Smaller than in the picture, and the box was torn."),
    3: ("All right", "Does what it should, delivery took its time."),
    4: ("Good", "Nice quality, I would buy it again."),
    5: ("Lovely", "Came fast, looks beautiful, thank you."),
}


@dataclass(frozen=True)
class Order:
    number: str
    customer: tuple[str, str, str]  # id, e-mail, name
    ordered: date
    promised: date
    delivered: date | None
    total: str


def main() -> None:
    chance = random.Random(20261120)  # noqa: S311 - no secrets are made here
    orders = make_orders(chance, make_customers(chance))
    write("orders.csv", order_rows(orders))
    write("reviews.csv", review_rows(chance, orders))


def make_customers(chance: random.Random) -> list[tuple[str, str, str]]:
    names = [(chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)) for _ in range(CUSTOMERS)]
    return [
        (f"C{1000 + n}", f"{first}.{last}{n}@example.com".lower(), f"{first} {last}")
        for n, (first, last) in enumerate(names)
    ]


def make_orders(chance: random.Random, customers: Sequence[tuple[str, str, str]]) -> list[Order]:
    # Each customer buys once; who buys again is drawn with falling weights, so that a few come often.
    again = chance.choices(customers, [1 / (1 + n / 10) for n in range(CUSTOMERS)], k=ORDERS - CUSTOMERS)
    buyers = [*customers, *again]
    chance.shuffle(buyers)
    days = sorted(chance.randrange(365) for _ in buyers)
    return [
        make_order(chance, f"A{5000 + n}", buyer, LAST_DAY - timedelta(days=364 - day))
        for n, (buyer, day) in enumerate(zip(buyers, days, strict=True))
    ]


def make_order(chance: random.Random, number: str, customer: tuple[str, str, str], ordered: date) -> Order:
    promised = ordered + timedelta(days=5)
    late = chance.random() < LATE
    arrives = promised + timedelta(days=chance.randint(1, 9) if late else -chance.randint(0, 3))
    total = f"{min(400, 15 + chance.expovariate(1 / 45)):.2f}"
    return Order(number, customer, ordered, promised, arrives if arrives <= LAST_DAY else None, total)


def order_rows(orders: Iterable[Order]) -> list[Sequence[str]]:
    rows = [order_row(order) for order in orders]
    rows[46][ORDER_COLUMNS.index("total")] = "about 40"  # bad on purpose: shows what becomes of such rows
    return [ORDER_COLUMNS, *rows]


def order_row(order: Order) -> list[str]:
    status = "delivered" if order.delivered else "shipped"
    return [
        order.number, *order.customer, f"{order.ordered}T10:30:00", status, order.total, "EUR",
        str(order.promised), str(order.delivered or ""),
    ]  # fmt: skip


def review_rows(chance: random.Random, orders: Sequence[Order]) -> list[Sequence[str]]:
    delivered = [order for order in orders if order.delivered]
    rows = [
        review_row(chance, f"R{n + 1}", order)
        for n, order in enumerate(sorted(chance.sample(delivered, REVIEWS), key=lambda order: order.number))
    ]
    rows[20][REVIEW_COLUMNS.index("rating")] = "6"  # bad on purpose, like the one above
    return [REVIEW_COLUMNS, *rows]


def review_row(chance: random.Random, number: str, order: Order) -> list[str]:
    arrived = order.delivered or order.promised
    likes = (4, 3, 2, 1, 1) if arrived > order.promised else (1, 1, 2, 5, 9)
    rating = chance.choices(range(1, 6), likes)[0]
    written = min(LAST_DAY, arrived + timedelta(days=chance.randint(1, 6)))
    return [number, order.number, order.customer[0], str(rating), *WORDS[rating], f"{written}T18:00:00"]


def write(name: str, rows: Iterable[Sequence[str]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
