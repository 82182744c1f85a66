"""What the shop's systems report as it happens, in the form of Segment's tracking API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np

from regard.sim.catalogue import PRODUCTS
from regard.sim.cells import Cell
from regard.sim.lives import NOT_IN_TRIAL, TREATED, TREATED_AFTER
from regard.sim.mentions import NETWORKS
from regard.sim.places import AGENTS, CARRIERS
from regard.sim.plan import Floats, Ints, Span
from regard.sim.said import RETURN_REASONS
from regard.sim.tables import CATEGORIES_OF_TICKETS, CURRENCY, MEASURES, SURVEYS, TICKET_CHANNELS, TOPICS

EXPERIMENT = "Recovery"
ARMS = ("nothing", "apology with voucher")


class Moment(float):
    """Seconds since 1970, inside a call."""


class Call(NamedTuple):
    """Something that happened at a time, in seconds since 1970. told: its properties. who: a userId, or None.

    number: makes the messageId; visitor: an anonymousId.
    """

    at: float
    event: str
    number: str
    who: str | None
    told: dict[str, Any]
    visitor: str | None = None


def encode_call(call: Call, *, shift: float = 0.0) -> bytes:
    """The call as JSON. shift: seconds to move it, with all times in it."""
    message = {
        "type": "track",
        "event": call.event,
        "messageId": f"sim-{call.number}",
        "timestamp": iso(call.at + shift),
        "properties": _moved(call.told, shift),
    }
    if call.who is not None:
        message["userId"] = call.who
    if call.visitor is not None:
        message["anonymousId"] = call.visitor
    return msgspec.json.encode(message)


def iso(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).isoformat().replace("+00:00", "Z")


def _moved(value: Any, shift: float) -> Any:
    if type(value) is Moment:
        return iso(value + shift)
    if type(value) is dict:
        return {name: _moved(part, shift) for name, part in value.items()}
    if type(value) is list:
        return [_moved(part, shift) for part in value]
    return value


def past_calls(cell: Cell, span: Span) -> list[Call]:
    """What files do not tell, oldest first: visits, mails, refunds, late parcels, the trial, mentions."""
    return _sorted(OF_PAST, cell, span)


def live_calls(cell: Cell, span: Span) -> list[Call]:
    """All that is reported in a time, oldest first."""
    return _sorted((*OF_PAST, *OF_FILES), cell, span)


Maker = Callable[[Cell, Span], Iterable[Call]]


def _sorted(makers: tuple[Maker, ...], cell: Cell, span: Span) -> list[Call]:
    calls = [call for maker in makers for call in maker(cell, span)]
    calls.sort(key=lambda call: (call.at, call.number))
    return calls


def _within(span: Span, at: Floats) -> Ints:
    return np.flatnonzero(span.holds(at))


def _views(cell: Cell, span: Span) -> Iterator[Call]:
    views = cell.browsing.views
    for row in _within(span, views.at).tolist():
        customer = cell.customer_ids[views.who[row]]
        product = PRODUCTS[views.product[row]]
        told = {
            "product_id": product.product_id, "name": product.title, "category": product.category,
            "price": product.cents / 100, "currency": CURRENCY,
        }  # fmt: skip
        who = customer if views.is_signed_in[row] else None
        number = f"v{cell.number}-{row}"
        yield Call(float(views.at[row]), "Product Viewed", number, who, told, f"browser-{customer}")
        if views.in_cart[row]:
            yield Call(
                float(views.at[row]) + 60, "Product Added", f"c{number}", who, told, f"browser-{customer}"
            )


def _mails(cell: Cell, span: Span) -> Iterator[Call]:
    mails = cell.browsing.mails
    for row in _within(span, mails.at).tolist():
        customer, issue = cell.customer_ids[mails.who[row]], int(mails.number[row]) + 1
        told = {"campaign_id": f"news-{issue}", "campaign_name": f"Newsletter {issue}"}
        number = f"m{issue}-{customer}"
        yield Call(float(mails.at[row]), "Email Opened", number, customer, told)
        if mails.clicked[row]:
            yield Call(float(mails.at[row]) + 20, "Email Link Clicked", f"c{number}", customer, told)


def _leavings(cell: Cell, span: Span) -> Iterator[Call]:
    leavings = cell.browsing.leavings
    for row in _within(span, leavings.at).tolist():
        customer = cell.customer_ids[leavings.who[row]]
        yield Call(float(leavings.at[row]), "Unsubscribed", f"u{customer}", customer, {"list": "Newsletter"})


def _refunds(cell: Cell, span: Span) -> Iterator[Call]:
    returns, orders = cell.said.returns, cell.orders
    for row in _within(span, returns.at).tolist():
        order = int(returns.order[row])
        told = {
            "order_id": cell.order_ids[order], "refund_id": f"B{cell.order_ids[order]}",
            "amount": float(orders.prices[order, 0] * orders.quantities[order, 0]) / 100, "currency": CURRENCY,
            "reason": RETURN_REASONS[returns.reason[row]],
            "product_id": PRODUCTS[orders.products[order, 0]].product_id,
        }  # fmt: skip
        yield _of_order(cell, order, float(returns.at[row]), "Order Refunded", letter="b", told=told)


def _troubles(cell: Cell, span: Span) -> Iterator[Call]:
    """The carrier says that a parcel stays where it is, on the evening it was promised for."""
    orders = cell.orders
    for order in np.flatnonzero(orders.is_late & span.holds(orders.promised)).tolist():
        at = float(orders.promised[order])
        step = {"status": "delayed", "at": Moment(at), "text": "Delayed in our network"}
        told = {**_parcel(cell, order), "steps": [step]}
        yield _of_order(cell, order, at, "Shipment Updated", letter="d", told=told)


def _trial(cell: Cell, span: Span) -> Iterator[Call]:
    orders = cell.orders
    at = orders.delivered + TREATED_AFTER
    for order in np.flatnonzero((orders.arm != NOT_IN_TRIAL) & span.holds(at)).tolist():
        told = {
            "experiment_id": "recovery", "experiment_name": EXPERIMENT,
            "variation_name": ARMS[int(orders.arm[order] == TREATED)], "order_id": cell.order_ids[order],
        }  # fmt: skip
        yield _of_order(cell, order, float(at[order]), "Experiment Viewed", letter="x", told=told)


def _mentions(cell: Cell, span: Span) -> Iterator[Call]:
    """A listening tool tells of them. It names the customer where somebody has put the author to one."""
    mentions = cell.mentions
    for row in _within(span, mentions.at).tolist():
        order = int(mentions.order[row])
        who = int(cell.orders.who[order])
        network, handle, number = (
            NETWORKS[mentions.network[row]],
            cell.handles[who],
            f"w{cell.order_ids[order]}",
        )
        told = {
            "mention_id": number, "source": network, "author": f"@{handle}", "text": cell.mention_texts[row],
            "url": f"https://{network}/{handle}/{number}", "interactions": int(mentions.interactions[row]),
            "followers": int(mentions.followers[row]),
        }  # fmt: skip
        if mentions.feeling[row]:
            told["sentiment"] = mentions.feeling[row]
        customer = cell.customer_ids[who] if mentions.is_known[row] else None
        yield Call(float(mentions.at[row]), "Social Mention", number, customer, told, f"{network}:{handle}")


def _orders(cell: Cell, span: Span) -> Iterator[Call]:
    orders = cell.orders
    for order in _within(span, orders.at).tolist():
        told = {
            "order_id": cell.order_ids[order], "total": float(orders.totals[order]) / 100, "currency": CURRENCY,
            "promised_at": Moment(orders.promised[order]), "products": _products(cell, order),
            "email": cell.emails[orders.who[order]],
        }  # fmt: skip
        yield _of_order(cell, order, float(orders.at[order]), "Order Completed", letter="o", told=told)
    for order in _within(span, orders.shipped).tolist():
        yield _of_order(
            cell, order, float(orders.shipped[order]), "Order Shipped", letter="s", told=_parcel(cell, order)
        )
    for order in _within(span, orders.delivered).tolist():
        at = float(orders.delivered[order])
        told = _parcel(cell, order) | {"delivered_at": Moment(at)}
        yield _of_order(cell, order, at, "Order Delivered", letter="a", told=told)


def _products(cell: Cell, order: int) -> list[dict[str, Any]]:
    orders = cell.orders
    return [
        {
            "line_id": str(line + 1), "product_id": PRODUCTS[orders.products[order, line]].product_id,
            "name": PRODUCTS[orders.products[order, line]].title, "quantity": int(orders.quantities[order, line]),
            "price": float(orders.prices[order, line]) / 100,
        }
        for line in np.flatnonzero(orders.quantities[order]).tolist()
    ]  # fmt: skip


def _parcel(cell: Cell, order: int) -> dict[str, Any]:
    carrier, order_id = CARRIERS[cell.orders.carrier[order]], cell.order_ids[order]
    return {
        "order_id": order_id, "shipment_id": f"S{order_id}", "carrier": carrier.name,
        "tracking_number": f"{carrier.prefix}{order_id.replace('-', '00')}",
        "promised_at": Moment(cell.orders.promised[order]),
    }  # fmt: skip


def _reviews(cell: Cell, span: Span) -> Iterator[Call]:
    reviews = cell.said.reviews
    for row in _within(span, reviews.at).tolist():
        order = int(reviews.order[row])
        told = {
            "review_id": f"R{cell.order_ids[order]}", "order_id": cell.order_ids[order],
            "product_id": PRODUCTS[cell.orders.products[order, 0]].product_id,
            "rating": int(reviews.stars[row]), "review_body": cell.review_texts[row],
        }  # fmt: skip
        yield _of_order(cell, order, float(reviews.at[row]), "Product Reviewed", letter="r", told=told)


def _answers(cell: Cell, span: Span) -> Iterator[Call]:
    answers = cell.said.answers
    for row in _within(span, answers.at).tolist():
        order, measure = int(answers.order[row]), int(answers.measure[row])
        told = {
            "response_id": f"{'NCE'[measure]}{cell.order_ids[order]}", "order_id": cell.order_ids[order],
            "survey": SURVEYS[measure], "measure": MEASURES[measure], "topic": TOPICS[measure],
            "value": int(answers.value[row]), "text": cell.answer_texts[row],
        }  # fmt: skip
        yield _of_order(
            cell, order, float(answers.at[row]), "Survey Answered", letter=f"q{measure}", told=told
        )


def _tickets(cell: Cell, span: Span) -> Iterator[Call]:
    tickets = cell.said.tickets
    for row in _within(span, tickets.at).tolist():
        told = _ticket(cell, row) | {
            "subject": cell.subjects[row], "category": CATEGORIES_OF_TICKETS[tickets.subject[row]],
            "channel": TICKET_CHANNELS[tickets.channel[row]], "agent": AGENTS[tickets.agent[row]],
        }  # fmt: skip
        yield _of_order(
            cell, int(tickets.order[row]), float(tickets.at[row]), "Ticket Opened", letter="t", told=told
        )
    escalated = np.where(tickets.is_escalated, 0.5 * (tickets.at + tickets.solved), np.inf)
    for event, letter, at in (
        ("Ticket Answered", "ta", tickets.answered),
        ("Ticket Escalated", "te", escalated),
        ("Ticket Solved", "ts", tickets.solved),
    ):
        for row in _within(span, at).tolist():
            yield _of_order(
                cell, int(tickets.order[row]), float(at[row]), event, letter=letter, told=_ticket(cell, row)
            )


def _ticket(cell: Cell, row: int) -> dict[str, Any]:
    order_id = cell.order_ids[cell.said.tickets.order[row]]
    return {"ticket_id": f"T{order_id}", "order_id": order_id}


def _of_order(cell: Cell, order: int, at: float, event: str, *, letter: str, told: dict[str, Any]) -> Call:
    customer = cell.customer_ids[cell.orders.who[order]]
    return Call(at, event, f"{letter}{cell.order_ids[order]}", customer, told)


OF_PAST: tuple[Maker, ...] = (_views, _mails, _leavings, _refunds, _troubles, _trial, _mentions)
OF_FILES: tuple[Maker, ...] = (_orders, _reviews, _answers, _tickets)
