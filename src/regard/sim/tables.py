"""The past of a cell as the files that a shop, a review app, a survey tool and a helpdesk would export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regard.sim.baskets import LINES, prices_at
from regard.sim.catalogue import PRODUCTS
from regard.sim.cells import Cell, is_past
from regard.sim.places import AGENTS, CARRIERS, CHANNELS, COUNTRIES
from regard.sim.plan import Floats, Ints, Plan, Truths, story_of

CURRENCY = "EUR"
MEASURES = ("nps", "csat", "ces")
TOPICS = ("relationship", "purchase", "support")
SURVEYS = ("How we are doing", "After delivery", "After support")
TICKET_CHANNELS = ("email", "chat", "web form")
CATEGORIES_OF_TICKETS = ("Delivery", "Quality", "Sizes and returns", "Other")


def products_table(plan: Plan) -> pa.Table:
    """The catalogue, at the prices of the present."""
    numbers = np.arange(len(PRODUCTS))[:, None]
    now = np.full(len(PRODUCTS), plan.present)
    prices = prices_at(numbers, now, story_of(plan), plan)[:, 0]
    return pa.table(
        {
            "product_id": [product.product_id for product in PRODUCTS],
            "title": [product.title for product in PRODUCTS],
            "category": [product.category for product in PRODUCTS],
            "price": euros(prices),
            "currency": [CURRENCY] * len(PRODUCTS),
        }
    )


def customers_table(cell: Cell) -> pa.Table:
    people = cell.people
    homes = list(zip(people.country.tolist(), people.city.tolist(), strict=True))
    return pa.table(
        {
            "customer_id": cell.customer_ids,
            "email": cell.emails,
            "name": [f"{first} {last}" for first, last in cell.names],
            "city": [COUNTRIES[country].cities[city] for country, city in homes],
            "country": [COUNTRIES[country].code for country, _city in homes],
            "language": [COUNTRIES[country].language for country, _city in homes],
            "acquired_by": _words([name for name, _share in CHANNELS], people.channel),
            "created_at": times(people.joined),
            "accepts_email": pa.array(people.accepts_mail),
        }
    )


def orders_table(cell: Cell) -> pa.Table:
    orders = cell.orders
    rows = np.flatnonzero(is_past(cell.plan, orders.at))
    is_delivered = is_past(cell.plan, orders.delivered[rows])
    is_shipped = is_past(cell.plan, orders.shipped[rows])
    state = np.where(is_delivered, 2, np.where(is_shipped, 1, 0))
    return pa.table(
        {
            "order_id": _taken(cell.order_ids, rows),
            "customer_id": _taken(cell.customer_ids, orders.who[rows]),
            "ordered_at": times(orders.at[rows]),
            "status": _words(["paid", "shipped", "delivered"], state),
            "total": euros(orders.totals[rows]),
            "currency": _words([CURRENCY], np.zeros_like(rows)),
            "promised_at": times(orders.promised[rows]),
            "delivered_at": times(orders.delivered[rows], is_delivered),
        }
    )


def order_lines_table(cell: Cell) -> pa.Table:
    orders = cell.orders
    rows, line = np.nonzero((orders.quantities > 0) & is_past(cell.plan, orders.at)[:, None])
    product = orders.products[rows, line]
    return pa.table(
        {
            "order_id": _taken(cell.order_ids, rows),
            "ordered_at": times(orders.at[rows]),
            "customer_id": _taken(cell.customer_ids, orders.who[rows]),
            "line_id": _words([str(number + 1) for number in range(LINES)], line),
            "product_id": _words([product.product_id for product in PRODUCTS], product),
            "title": _words([product.title for product in PRODUCTS], product),
            "quantity": pa.array(orders.quantities[rows, line]),
            "price": euros(orders.prices[rows, line]),
            "currency": _words([CURRENCY], np.zeros_like(rows)),
        }
    )


def shipments_table(cell: Cell) -> pa.Table:
    orders = cell.orders
    rows = np.flatnonzero(is_past(cell.plan, orders.shipped))
    is_delivered = is_past(cell.plan, orders.delivered[rows])
    order_ids = _taken(cell.order_ids, rows)
    return pa.table(
        {
            "shipment_id": _joined("S", order_ids),
            "order_id": order_ids,
            "carrier": _words([carrier.name for carrier in CARRIERS], orders.carrier[rows]),
            "tracking_number": _joined(_words([carrier.prefix for carrier in CARRIERS], orders.carrier[rows]),
                                       pc.replace_substring(order_ids, "-", "00")),
            "status": _words(["in_transit", "delivered"], is_delivered.astype(np.int64)),
            "shipped_at": times(orders.shipped[rows]),
            "promised_at": times(orders.promised[rows]),
            "delivered_at": times(orders.delivered[rows], is_delivered),
        }
    )  # fmt: skip


def reviews_table(cell: Cell) -> pa.Table:
    reviews = cell.said.reviews
    rows = np.flatnonzero(is_past(cell.plan, reviews.at))
    order_ids = _taken(cell.order_ids, reviews.order[rows])
    product = cell.orders.products[reviews.order[rows], 0]
    return pa.table(
        {
            "review_id": _joined("R", order_ids),
            "customer_id": _taken(cell.customer_ids, cell.orders.who[reviews.order[rows]]),
            "order_id": order_ids,
            "product_id": _words([product.product_id for product in PRODUCTS], product),
            "rating": pa.array(reviews.stars[rows]),
            "reviewed_at": times(reviews.at[rows]),
            "body": _taken(cell.review_texts, rows),
        }
    )


def answers_table(cell: Cell) -> pa.Table:
    answers = cell.said.answers
    rows = np.flatnonzero(is_past(cell.plan, answers.at))
    measure = answers.measure[rows]
    order_ids = _taken(cell.order_ids, answers.order[rows])
    return pa.table(
        {
            "response_id": _joined(_words(["N", "C", "E"], measure), order_ids),
            "customer_id": _taken(cell.customer_ids, cell.orders.who[answers.order[rows]]),
            "order_id": order_ids,
            "survey": _words(SURVEYS, measure),
            "measure": _words(MEASURES, measure),
            "topic": _words(TOPICS, measure),
            "value": pa.array(answers.value[rows]),
            "answered_at": times(answers.at[rows]),
            "text": _taken(cell.answer_texts, rows),
        }
    )


def tickets_table(cell: Cell) -> pa.Table:
    tickets = cell.said.tickets
    rows = np.flatnonzero(is_past(cell.plan, tickets.at))
    order_ids = _taken(cell.order_ids, tickets.order[rows])
    is_answered = is_past(cell.plan, tickets.answered[rows])
    is_solved = is_past(cell.plan, tickets.solved[rows])
    escalated = tickets.at[rows] + 0.5 * (tickets.solved[rows] - tickets.at[rows])
    return pa.table(
        {
            "ticket_id": _joined("T", order_ids),
            "customer_id": _taken(cell.customer_ids, cell.orders.who[tickets.order[rows]]),
            "order_id": order_ids,
            "subject": _taken(cell.subjects, rows),
            "category": _words(CATEGORIES_OF_TICKETS, tickets.subject[rows]),
            "channel": _words(TICKET_CHANNELS, tickets.channel[rows]),
            "agent": _words(AGENTS, tickets.agent[rows]),
            "status": _words(["open", "solved"], is_solved.astype(np.int64)),
            "opened_at": times(tickets.at[rows]),
            "first_answered_at": times(tickets.answered[rows], is_answered),
            "escalated_at": times(escalated, tickets.is_escalated[rows] & is_past(cell.plan, escalated)),
            "solved_at": times(tickets.solved[rows], is_solved),
        }
    )


# By the import kind that takes them, in the order that reads best: facts may come in any.
TABLES: dict[str, Callable[[Cell], pa.Table]] = {
    "customers": customers_table,
    "orders": orders_table,
    "order_lines": order_lines_table,
    "shipments": shipments_table,
    "reviews": reviews_table,
    "answers": answers_table,
    "tickets": tickets_table,
}


def times(at: Floats, known: Truths | None = None) -> pa.Array:
    """Seconds since 1970 as times; null where not known."""
    return pa.array(at.astype(np.int64), pa.timestamp("s", tz="UTC"), mask=None if known is None else ~known)


def euros(cents: Ints) -> pa.Array:
    """Amounts in cents as decimal texts."""
    whole, rest = pa.array(cents // 100).cast(pa.string()), pa.array(cents % 100).cast(pa.string())
    return pc.binary_join_element_wise(whole, pc.utf8_lpad(rest, 2, "0"), ".")


def _taken(values: Sequence[Any], rows: Ints) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(rows))


def _words(values: Sequence[str], places: Ints) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(places))


def _joined(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")
