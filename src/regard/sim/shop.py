"""The past of a small store as rows of files, and what its customers do today as calls."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regard.sim import names

Row = dict[str, Any]
DAYS = 365
LATE_DAYS = (3, 12)  # how many days a late parcel comes after its promise
REVIEW_SHARE = 0.45  # of deliveries
SURVEY_SHARE = 0.3  # of deliveries that an answered survey follows
TICKET_SHARE = 0.4  # of deliveries that went wrong


@dataclass
class Shop:
    """Rows by what they are: customers, products, orders, order_lines, shipments, reviews, answers, tickets.

    Amounts are decimal texts in euros, times ISO 8601. calls: what happens today, in Segment's form, oldest first.
    """

    customers: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    order_lines: list[Row] = field(default_factory=list)
    shipments: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)


@dataclass
class _Person:
    """A customer with the traits that nobody sees: how often they buy, and what they forgive."""

    number: int
    name: str
    city: str
    country: str
    gap_days: float
    patience: float  # 0: leaves at once; 1: forgives everything
    joined: datetime
    orders: int = 0
    mood: float = 0.7  # 0 to 1, moved by what happens to them

    @property
    def customer_id(self) -> str:
        return f"K{1000 + self.number}"

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}.{self.number}@example.com"


def make_shop(*, seed: int, customers: int, now: datetime) -> Shop:
    """A year of a store that ends at `now`, and its last hours; the same arguments give the same store."""
    dice = random.Random(seed)  # noqa: S311 - a seed must give the same store again
    shop = Shop(products=_products())
    people = [_person(n, dice, now) for n in range(customers)]
    for person in people:
        shop.customers.append(_customer_row(person, dice))
        _live(person, shop, dice, now)
    shop.calls = _today(people, shop, dice, now)
    return shop


def _products() -> list[Row]:
    return [
        {
            "product_id": f"P{n + 1:02d}",
            "title": title,
            "category": category,
            "price": _euros(cents),
            "currency": "EUR",
        }
        for n, (title, cents, category, _quality) in enumerate(names.PRODUCTS)
    ]


def _person(number: int, dice: random.Random, now: datetime) -> _Person:
    city, country = dice.choice(names.CITIES)
    return _Person(
        number=number,
        name=f"{dice.choice(names.FIRST_NAMES)} {dice.choice(names.LAST_NAMES)}",
        city=city,
        country=country,
        gap_days=dice.lognormvariate(4.1, 0.7),
        patience=dice.betavariate(3, 2),
        joined=now - timedelta(days=DAYS * dice.random() ** 0.8, minutes=dice.randrange(1440)),
    )


def _customer_row(person: _Person, dice: random.Random) -> Row:
    return {
        "customer_id": person.customer_id,
        "email": person.email,
        "name": person.name,
        "city": person.city,
        "country": person.country,
        "created_at": person.joined.isoformat(),
        "accepts_email": "yes" if dice.random() < 0.6 else "no",
    }


def _live(person: _Person, shop: Shop, dice: random.Random, now: datetime) -> None:
    """Order after order, until the present or until they have had enough."""
    at = person.joined
    while at < now - timedelta(hours=12):
        _order(person, at, shop, dice, now)
        if person.mood < 0.35 and dice.random() > person.patience:
            return
        at += timedelta(days=max(4.0, dice.expovariate(1 / person.gap_days)), minutes=dice.randrange(600))


@dataclass(frozen=True)
class _Parcel:
    """An order on its way."""

    order_id: str
    person: _Person
    ordered: datetime
    carrier: str
    late: bool
    promised: datetime
    delivered: datetime

    def delivered_by(self, now: datetime) -> str:
        """When it was delivered; "" while it is under way."""
        return self.delivered.isoformat() if self.delivered < now else ""


def _order(person: _Person, at: datetime, shop: Shop, dice: random.Random, now: datetime) -> None:
    person.orders += 1
    parcel = _parcel(f"{10_000 + len(shop.orders)}", person, at, dice)
    picked = dice.sample(range(len(names.PRODUCTS)), dice.choice((1, 1, 1, 2, 3)))
    lines = [_line_row(parcel, place, dice) for place in picked]
    cents = sum(
        names.PRODUCTS[place][1] * line["quantity"] for place, line in zip(picked, lines, strict=True)
    )
    shop.order_lines += lines
    shop.orders.append(_order_row(parcel, cents, now))
    shop.shipments.append(_shipment_row(parcel, now))
    if parcel.delivered < now - timedelta(days=2):
        _afterwards(parcel, picked[0], shop, dice)


def _parcel(order_id: str, person: _Person, at: datetime, dice: random.Random) -> _Parcel:
    carrier, lateness = dice.choices(names.CARRIERS, weights=(5, 4, 2))[0]
    late = dice.random() < lateness
    promised = at + timedelta(days=4)
    delivered = promised + timedelta(days=dice.randint(*LATE_DAYS) if late else dice.uniform(-2, 0))
    return _Parcel(order_id, person, at, carrier, late, promised, delivered)


def _line_row(parcel: _Parcel, place: int, dice: random.Random) -> Row:
    title, cents, _category, _quality = names.PRODUCTS[place]
    return {
        "order_id": parcel.order_id,
        "ordered_at": parcel.ordered.isoformat(),
        "customer_id": parcel.person.customer_id,
        "product_id": f"P{place + 1:02d}",
        "title": title,
        "quantity": dice.choice((1, 1, 1, 2)),
        "price": _euros(cents),
        "currency": "EUR",
    }


def _order_row(parcel: _Parcel, cents: int, now: datetime) -> Row:
    return {
        "order_id": parcel.order_id,
        "ordered_at": parcel.ordered.isoformat(),
        "customer_id": parcel.person.customer_id,
        "email": parcel.person.email,
        "name": parcel.person.name,
        "status": "delivered" if parcel.delivered < now else "shipped",
        "total": _euros(cents),
        "currency": "EUR",
        "promised_at": parcel.promised.isoformat(),
        "delivered_at": parcel.delivered_by(now),
    }


def _shipment_row(parcel: _Parcel, now: datetime) -> Row:
    return {
        "shipment_id": f"S{parcel.order_id}",
        "order_id": parcel.order_id,
        "carrier": parcel.carrier,
        "tracking_number": f"{parcel.carrier[:2].upper()}{parcel.order_id}00",
        "status": "delivered" if parcel.delivered < now else "in_transit",
        "shipped_at": min(parcel.ordered + timedelta(days=1), now).isoformat(),
        "promised_at": parcel.promised.isoformat(),
        "delivered_at": parcel.delivered_by(now),
    }


def _afterwards(parcel: _Parcel, place: int, shop: Shop, dice: random.Random) -> None:
    """What the parcel did to the customer, and what they say of it."""
    person = parcel.person
    poor = dice.random() > 0.55 + 0.45 * names.PRODUCTS[place][3]
    felt = 0.92 - 0.5 * parcel.late - 0.6 * poor + dice.gauss(0, 0.1)
    person.mood = min(1.0, max(0.0, 0.4 * person.mood + 0.6 * felt))
    said_at = parcel.delivered + timedelta(days=dice.uniform(0.5, 2))
    if dice.random() < REVIEW_SHARE:
        shop.reviews.append(_review_row(parcel, place, felt, said_at, dice))
    if dice.random() < SURVEY_SHARE:
        shop.answers.append(_answer_row(parcel, felt, said_at))
    if (parcel.late or poor) and dice.random() < TICKET_SHARE:
        shop.tickets.append(_ticket_row(parcel, said_at, dice))


def _about(parcel: _Parcel) -> Row:
    return {
        "customer_id": parcel.person.customer_id,
        "email": parcel.person.email,
        "order_id": parcel.order_id,
    }


def _review_row(parcel: _Parcel, place: int, felt: float, at: datetime, dice: random.Random) -> Row:
    stars = min(5, max(1, round(1 + 4 * felt)))
    return {
        "review_id": f"R{parcel.order_id}",
        **_about(parcel),
        "product_id": f"P{place + 1:02d}",
        "rating": stars,
        "reviewed_at": at.isoformat(),
        "body": _words(stars, late=parcel.late, dice=dice),
    }


def _answer_row(parcel: _Parcel, felt: float, at: datetime) -> Row:
    return {
        "response_id": f"A{parcel.order_id}",
        **_about(parcel),
        "survey": "After delivery",
        "measure": "nps",
        "value": min(10, max(0, round(10 * (0.6 * felt + 0.4 * parcel.person.mood) + 0.5))),
        "answered_at": at.isoformat(),
    }


def _words(stars: int, *, late: bool, dice: random.Random) -> str:
    if stars >= 4:
        return dice.choice(names.PRAISE)
    if stars == 3:
        return dice.choice(names.SO_SO)
    return dice.choice(names.BLAME_PARCEL if late else names.BLAME_PRODUCT)


def _ticket_row(parcel: _Parcel, at: datetime, dice: random.Random) -> Row:
    subject, category = names.TICKETS[0] if parcel.late else dice.choice(names.TICKETS[1:])
    return {
        "ticket_id": f"T{parcel.order_id}",
        **_about(parcel),
        "subject": subject,
        "category": category,
        "channel": dice.choice(("email", "chat")),
        "status": "solved",
        "opened_at": at.isoformat(),
        "solved_at": (at + timedelta(hours=dice.uniform(1, 60))).isoformat(),
    }


def _today(people: list[_Person], shop: Shop, dice: random.Random, now: datetime) -> list[Row]:
    """The last hours: some look around, and two regulars are disappointed."""
    calls = []
    for person in dice.sample(people, min(len(people), 40)):
        at = now - timedelta(minutes=dice.randrange(5, 600))
        viewed = dice.choice(shop.products)
        told = {"product_id": viewed["product_id"], "name": viewed["title"], "price": float(viewed["price"])}
        calls.append(_call(person, at, "Product Viewed", told))
    regulars = [person for person in people if person.orders >= 3]
    for person, words in zip(dice.sample(regulars, min(len(regulars), 2)), names.BLAME_PRODUCT, strict=False):
        at = now - timedelta(minutes=dice.randrange(1, 5))
        told = {"review_id": f"R-{person.customer_id}", "rating": 1, "review_body": words}
        calls.append(_call(person, at, "Product Reviewed", told))
    return sorted(calls, key=lambda call: str(call["timestamp"]))


def _call(person: _Person, at: datetime, event: str, properties: Row) -> Row:
    return {
        "type": "track",
        "messageId": f"demo-{person.customer_id}-{event}",
        "userId": person.customer_id,
        "timestamp": at.isoformat(),
        "event": event,
        "properties": properties,
    }


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
