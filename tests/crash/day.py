"""A day in a shop, as the calls that it sends: people look around, sign in, order, get parcels, complain."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Call = dict[str, Any]
CUSTOMERS = 40


def day_of_calls(now: datetime, *, seed: int = 1) -> list[Call]:
    """Every call with its messageId and time. now: the end of the day; all times lie before it."""
    dice = random.Random(seed)
    return [call for n in range(CUSTOMERS) for call in _customer(n, now - timedelta(hours=20), dice)]


def regular_buyers() -> list[str]:
    """Customers who order twice and then give one star: exactly these raise an alert."""
    return [f"c{n}" for n in range(CUSTOMERS) if n % 4 == 0]


def _customer(n: int, morning: datetime, dice: random.Random) -> list[Call]:
    user, browser = f"c{n}", f"b{n}"
    times = iter([morning + timedelta(minutes=10 * k, seconds=dice.randrange(300)) for k in range(12)])
    calls = [
        _call("page", next(times), f"{user}-look", anonymousId=browser, name="Home"),
        _call("track", next(times), f"{user}-view", anonymousId=browser, event="Product Viewed"),
        _call(
            "identify", next(times), f"{user}-in", anonymousId=browser, userId=user,
            traits={"email": f"{user}@example.com", "name": f"Customer {n}", "plan": dice.choice(["a", "b"])},
        ),
    ]  # fmt: skip
    for order in range(1 + n % 2 if n % 4 else 2):
        calls += _order(f"{user}-o{order}", next(times), next(times), user, dice)
    calls.append(_review(n, next(times), user))
    calls.append(_answer(n, next(times), user, dice))
    return calls


def _order(order_id: str, at: datetime, later: datetime, user: str, dice: random.Random) -> list[Call]:
    product = {"product_id": f"p{dice.randrange(9)}", "price": 10.5, "quantity": dice.randrange(1, 4)}
    told = {"order_id": order_id, "total": dice.randrange(20, 200), "currency": "EUR", "products": [product]}
    parcel = {"order_id": order_id, "shipment_id": f"s-{order_id}", "carrier": "Swift", "status": "shipped"}
    return [
        _call("track", at, f"{order_id}-paid", userId=user, event="Order Completed", properties=told),
        _call("track", later, f"{order_id}-sent", userId=user, event="Order Shipped", properties=parcel),
    ]


def _review(n: int, at: datetime, user: str) -> Call:
    told = {"review_id": f"r-{user}", "rating": 5 if n % 4 else 1, "review_body": "As I found it."}
    return _call("track", at, f"{user}-review", userId=user, event="Product Reviewed", properties=told)


def _answer(n: int, at: datetime, user: str, dice: random.Random) -> Call:
    told = {"response_id": f"a-{user}", "measure": "nps", "value": dice.randrange(11)}
    return _call("track", at, f"{user}-answer", userId=user, event="Survey Answered", properties=told)


def _call(type_: str, at: datetime, message_id: str, **told: Any) -> Call:
    return {"type": type_, "messageId": message_id, "timestamp": at.astimezone(UTC).isoformat(), **told}
