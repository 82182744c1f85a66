"""A store of thirty orders, written out so that every metric can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from regard.core.models import Store

STORE = Store(pk=1, slug="small", currency="EUR", time_zone="UTC")
NOBODY = None
# order, customer, day (all at noon), total in euros (None: in another currency), paid back, delivered, promised
ORDERS = """
o01 1 2025-01-10 100
o02 1 2025-06-10 50
o03 1 2026-01-15 80
o04 1 2026-02-14 70
o05 2 2025-02-20 40
o06 2 2026-01-20 None
o07 2 2026-02-10 60
o08 3 2025-03-05 30
o09 4 2025-12-01 90
o10 4 2026-01-31 110
o11 4 2026-02-28 100 20
o12 5 2026-01-05 20
o13 5 2026-01-25 40
o14 6 2026-02-02 50 0 2026-02-06 2026-02-05
o15 7 2026-02-03 55 0 2026-02-12 2026-02-12
o16 7 2026-02-20 45 0 2026-02-20 2026-02-25
o17 8 2025-08-08 200
o18 8 2026-02-25 150 30
o19 9 2024-12-24 75
o20 9 2025-01-31 25
o21 10 2026-03-03 65
o22 10 2026-03-20 35
o23 11 2025-11-11 10
o24 11 2025-11-12 10
o25 11 2025-12-13 10
o26 11 2026-01-14 10
o27 11 2026-02-15 10
o28 0 2026-02-11 500
o29 6 2026-02-04 999 cancelled
o30 12 2027-01-01 77
"""
# customer, channel, category, opened, first answered, solved, agent
TICKETS = """
1 email where 02-01T10:00 02-01T12:00 02-02T10:00 a
1 chat return 02-10T10:00 02-10T10:30 02-10T16:00 b
5 email where 02-12T10:00 02-13T10:00 - a
9 email - 02-20T10:00 - - -
8 chat where 01-30T10:00 01-30T14:00 02-03T10:00 a
0 email other 02-24T10:00 02-24T11:00 02-24T13:00 b
"""
# customer, measure, topic, score of 100, day, order
ANSWERS = """
1 nps relationship 90 2026-02-05
2 nps relationship 100 2026-02-06
3 nps relationship 80 2026-02-07
4 nps relationship 60 2026-02-08
5 nps relationship 30 2026-02-09
1 nps relationship 50 2026-01-09
1 csat support 100 2026-02-02
1 csat support 75 2026-02-03
1 csat support 50 2026-02-04
6 csat product 25 2026-02-10 o14
7 csat product 100 2026-02-25 o16
7 csat delivery 75 2026-02-13
6 csat purchase 100 2026-02-02
1 ces support 100 2026-02-02
1 ces support 66.6666666667 2026-02-03
1 ces support 0 2026-02-04
"""
# order, carrier, shipped, delivered, promised
SHIPMENTS = """
o14 DHL 2026-02-02 2026-02-06 2026-02-05
o15 UPS 2026-02-11 2026-02-12 -
o18 DHL 2026-02-13 2026-02-15 -
"""
# customer, began, ended, pages, cart, checkout, bounced, device, first page, source, referrer
VISITS = """
1 02-14T11:00 02-14T11:50 5 yes yes no phone / news -
1 02-15T10:00 02-15T10:00 1 no no yes phone / news -
2 02-09T20:00 02-09T20:10 3 yes no no desktop /mugs - search.example
3 02-11T10:00 02-11T10:20 2 yes yes no desktop /mugs - search.example
8 02-01T10:00 02-01T10:00 1 no no yes tablet / - -
0 02-03T10:00 02-03T10:00 1 no no yes - - - -
9 01-31T10:00 01-31T10:05 2 no no no desktop / - -
"""
# customer, day, score, band
SCORES = """
1 2026-01-05 80 health:thriving
2 2026-02-01 40 health:at_risk
3 2026-01-10 70 health:healthy
1 2026-02-10 60 health:healthy
3 2026-02-20 - health:not_enough_data
99 2026-02-20 10 health:lost
1 2026-02-01 85 csi:champions
2 2026-01-10 45 csi:neutral
2 2026-02-15 55 csi:neutral
1 2026-03-05 20 csi:at_risk
"""


# source, number of its row, day, feeling, intent
TEXTS = """
tickets 1 2026-02-01 negative order_status
tickets 2 2026-02-10 neutral return
tickets 3 2026-02-12 negative order_status
tickets 5 2026-01-30 neutral order_status
reviews 1 2026-02-09 positive praise
reviews 2 2026-02-09 positive -
reviews 3 2026-02-09 negative refund
answers 1 2026-02-05 unknown -
"""


def _day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def _noon(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


def _moment(text: str) -> datetime | None:
    return None if text == "-" else datetime.fromisoformat(f"2026-{text}:00+00:00")


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def _order(order: str, customer: str, day: str, total: str, *more: str) -> dict[str, Any]:
    cancelled = more == ("cancelled",)
    paid_back, delivered, promised = (
        (more + ("0", "-", "-")[len(more) :]) if not cancelled else ("0", "-", "-")
    )
    return {
        "order_id": order,
        "identity_id": int(customer) or NOBODY,
        "ordered_at": _noon(day),
        "ordered_on": _day(day),
        "is_purchase": not cancelled,
        "total_minor": None if total == "None" else int(total) * 100,
        "refunded_minor": int(paid_back) * 100,
        "delivered_on": _day(delivered),
        "promised_on": _day(promised),
    }


def _ticket(customer: str, channel: str, category: str, *rest: str) -> dict[str, Any]:
    opened, answered, solved = (_moment(text) for text in rest[:3])
    return {
        "identity_id": int(customer) or NOBODY,
        "channel": channel,
        "category": category.strip("-"),
        "agent": rest[3].strip("-"),
        "opened_at": opened,
        "opened_on": opened and opened.date(),
        "first_answered_at": answered,
        "first_answered_on": answered and answered.date(),
        "solved_at": solved,
        "solved_on": solved and solved.date(),
        "escalated_at": opened if customer == "5" else None,
    }


def _answer(customer: str, measure: str, topic: str, score: str, *rest: str) -> dict[str, Any]:
    day, order = (*rest, "")[:2]
    return {
        "identity_id": int(customer), "measure": measure, "topic": topic, "score": float(score),
        "answered_at": _noon(day), "answered_on": _day(day), "order_id": order,
    }  # fmt: skip


def _parcel(order: str, carrier: str, shipped: str, delivered: str, promised: str) -> dict[str, Any]:
    return {
        "order_id": order, "carrier": carrier, "shipped_at": _noon(shipped), "shipped_on": _day(shipped),
        "delivered_at": _noon(delivered), "delivered_on": _day(delivered), "promised_on": _day(promised),
    }  # fmt: skip


def _visit(customer: str, began: str, ended: str, *told: str) -> dict[str, Any]:
    pages, had_cart, reached_checkout, bounced, device, landing_page, source, referrer = told
    return {
        "identity_id": int(customer) or None, "started_at": _moment(began), "ended_at": _moment(ended),
        "started_on": _day(f"2026-{began[:5]}"), "pages": int(pages), "had_cart": had_cart == "yes",
        "reached_checkout": reached_checkout == "yes", "bounced": bounced == "yes", "device": device.strip("-"),
        "landing_page": landing_page.strip("-"), "source": source.strip("-"), "referrer": referrer.strip("-"),
    }  # fmt: skip


def _text(source: str, number: str, day: str, feeling: str, intent: str) -> dict[str, Any]:
    return {
        "source": source, "source_id": int(number), "said_on": _day(day), "feeling": feeling,
        "intent": intent.strip("-"),
    }  # fmt: skip


def _score(customer: str, day: str, value: str, band: str) -> dict[str, Any]:
    known = None if value == "-" else float(value)
    name = band.partition(":")[0]
    return {
        "name": name, "customer_id": int(customer), "changed_on": _day(day), "value": known, "band": band,
    }  # fmt: skip


# order, pieces, value of the line in euros
LINES = """
o14 2 50
o16 1 45
o16 -1 -45
o18 3 120
o18 1 -
o29 9 999
"""


def _line(order: str, pieces: str, total: str) -> dict[str, Any]:
    minor = None if total == "-" else int(total) * 100
    return {"order_id": order, "quantity": float(pieces), "total_minor": minor}


# month, kind, euros
COSTS = """
2026-01 marketing 310
2026-02 marketing 140
2026-03 marketing 31
2026-01 support 62
2026-02 support 99
2026-01 goods 100
2026-02 goods 400
2026-02 shipping 110
2026-03 shipping 50
"""


def _cost(month: str, kind: str, amount: str) -> dict[str, Any]:
    return {"month": _day(f"{month}-01"), "kind": kind, "amount_minor": int(amount) * 100}


TABLES = {
    "identities": [{"customer_id": number} for number in range(1, 13)],
    "customers": [
        {"id": number, "customer_id": number, "country": {6: "FR", 7: "DE"}.get(number, "")}
        for number in range(1, 13)
    ],
    "orders": [_order(*line) for line in _lines(ORDERS)],
    "lines": [_line(*line) for line in _lines(LINES)],
    "costs": [_cost(*line) for line in _lines(COSTS)],
    "refunds": [{"order_id": "o11", "kind": "returned"}, {"order_id": "o18", "kind": "single"}],
    "tickets": [_ticket(*line) for line in _lines(TICKETS)],
    "answers": [_answer(*line) for line in _lines(ANSWERS)],
    "reviews": [{"rating": stars, "reviewed_on": date(2026, 2, 9)} for stars in (5, 4, 1)],
    "shipments": [_parcel(*line) for line in _lines(SHIPMENTS)],
    "visits": [_visit(*line) for line in _lines(VISITS)],
    "score_changes": [_score(*line) for line in _lines(SCORES)],
    "texts": [_text(*line) for line in _lines(TEXTS)],
    "lifetime_values": [
        {
            "customer_id": customer,
            "first_on": date(2025, month, 1),
            "expected_minor": worth,
            "computed_on": date(2026, 2, 27),
        }
        for customer, month, worth in ((1, 3, 9_000), (2, 3, 3_000), (3, 5, 1_500), (4, 6, None))
    ],
}
