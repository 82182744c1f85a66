"""One customer as a command shows them: everything for programs, the essentials for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from math import floor
from typing import Any

from regard.core import clock
from regard.core.models import Store
from regard.core.money import to_major
from regard.desk.domain.queries import tickets_of_customer
from regard.desk.models import Ticket
from regard.listen.domain.queries import answers_of_customer, reviews_of_customer
from regard.listen.models import Response, Review
from regard.profile.domain.consents import consents_of
from regard.profile.domain.customers import identities_of, order_totals, orders_of
from regard.profile.domain.finding import find_customer
from regard.profile.domain.order_queries import ShipmentView, latest_shipments
from regard.profile.domain.tags import tags_of_customers
from regard.profile.models import Customer
from regard.score.domain.past import past_health_for_viewer
from regard.score.domain.queries import HealthView, health_for_viewer

SHOWN = 100
LINES = 5  # of each kind of thing that was said


def customer_json(store: Store, who: str) -> dict[str, Any] | None:
    """The customer with that e-mail, shop's id or id of ours, as plain JSON values; None if there is none.

    Of each list the newest hundred. Amounts are decimal texts in the major unit, times ISO 8601 in UTC.
    """
    try:
        found = find_customer(store, who)
    except Customer.DoesNotExist:
        return None
    return {
        "id": found.pk,
        "called": found.called,
        "name": found.name,
        "email": found.email,
        "phone": found.phone,
        "attributes": found.attributes,
        "tags": tags_of_customers(store, [found.pk]).get(found.pk, []),
        "first_seen_at": found.first_seen_at.isoformat(),
        "last_seen_at": found.last_seen_at.isoformat(),
        "identities": [{"kind": known.kind, "value": known.value} for known in identities_of(found)],
        "consents": [
            {
                "channel": consent.channel,
                "given": consent.given,
                "is_pending": consent.is_pending,
                "told_at": _iso(consent.told_at),
            }
            for consent in consents_of(store, found.pk)
            if consent.told_at
        ],
        "orders": _orders(store, found.pk),
        "shipments": [_shipment(view) for view in latest_shipments(store, found.pk, limit=SHOWN)],
        "reviews": [_review(review) for review in reviews_of_customer(store, found.pk, limit=SHOWN)],
        "answers": [_answer(answer) for answer in answers_of_customer(store, found.pk, limit=SHOWN)],
        "tickets": [_ticket(ticket) for ticket in tickets_of_customer(store, found.pk, limit=SHOWN)],
        "health": _health(health_for_viewer(store, found.pk)),
    }


def _orders(store: Store, customer_id: int) -> dict[str, Any]:
    totals = order_totals(store, customer_id)
    return {
        "count": sum(total.orders for total in totals),
        "totals": [
            {
                "currency": total.currency, "count": total.orders,
                "total": _major(total.total_minor, total.currency),
                "refunded": _major(total.refunded_minor, total.currency),
                "net": _major(total.net_minor, total.currency),
            }
            for total in totals
        ],
        "newest": [
            {
                "external_id": order.external_id, "status": order.status,
                "ordered_at": order.ordered_at.isoformat(), "delivered_at": _iso(order.delivered_at),
                "total": _major(order.total_minor, order.currency),
                "currency": order.currency,
            }
            for order in orders_of(store, customer_id, limit=SHOWN)
        ],
    }  # fmt: skip


def _major(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(to_major(minor, currency))


def _shipment(view: ShipmentView) -> dict[str, Any]:
    shipment = view.shipment
    return {
        "external_id": shipment.external_id, "order_id": shipment.order_external_id, "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number, "state": shipment.state, "is_late": view.is_late,
        "promised_at": _iso(view.promised_at), "shipped_at": _iso(shipment.shipped_at),
        "delivered_at": _iso(shipment.delivered_at),
    }  # fmt: skip


def _review(review: Review) -> dict[str, Any]:
    return {
        "external_id": review.external_id, "product_id": review.product_external_id,
        "rating": review.rating, "title": review.title,
        "body": review.body, "reviewed_at": review.reviewed_at.isoformat(),
    }  # fmt: skip


def _answer(answer: Response) -> dict[str, Any]:
    return {
        "external_id": answer.external_id, "survey": answer.survey, "measure": answer.measure,
        "topic": answer.topic, "value": answer.value, "lowest": answer.lowest, "highest": answer.highest,
        "low_is_good": answer.low_is_good, "score": answer.score, "text": answer.text,
        "answered_at": answer.answered_at.isoformat(),
    }  # fmt: skip


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "external_id": ticket.external_id, "subject": ticket.subject, "status": ticket.status,
        "category": ticket.category, "channel": ticket.channel, "opened_at": ticket.opened_at.isoformat(),
        "first_answered_at": _iso(ticket.first_answered_at), "solved_at": _iso(ticket.solved_at),
        "escalated_at": _iso(ticket.escalated_at),
    }  # fmt: skip


def _health(view: HealthView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {
        "score": view.value,
        "band": view.band,
        "band_label": view.band_label,
        "coverage": view.coverage,
        "pillars_known": list(view.pillars_known),
        "computed_at": view.computed_at.isoformat(),
        "reasons": [asdict(reason) for reason in view.reasons],
        "unknown": [asdict(unknown) for unknown in view.unknown],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def customer_lines(found: dict[str, Any]) -> list[str]:
    """The same for people to read."""
    spent = [_total_text(total) for total in found["orders"]["totals"]]
    lines = [
        _head(found),
        f"  seen      {found['first_seen_at'][:10]} to {found['last_seen_at'][:10]}",
        f"  orders    {found['orders']['count']}  {', '.join(spent)}",
    ]
    return [*lines, *_health_lines(found["health"]), *_said_lines(found)]


def _head(found: dict[str, Any]) -> str:
    """Who it is, as pages say it, and where to write to."""
    email = f"<{found['email'] or 'no e-mail'}>"
    who = email if found["called"] == found["email"] else f"{found['called']}  {email}"
    return f"{who}  customer {found['id']}"


def _total_text(total: dict[str, Any]) -> str:
    if total["total"] is None:
        return f"amount unknown ({total['currency']})"
    text = f"{total['total']} {total['currency']}"
    return text if total["total"] == total["net"] else f"{text}, {total['net']} after refunds"


def _health_lines(health: dict[str, Any] | None) -> list[str]:
    if health is None:
        return ["  health    not computed yet"]
    score = "unknown" if health["score"] is None else f"{floor(health['score'])} of 100"
    pillars = ", ".join(health["pillars_known"]) or "nothing"
    lines = [f"{score}, {health['band_label']}, known of: {pillars}"]
    lines += [reason["sentence"] for reason in health["reasons"]]
    if health["unknown"]:
        lines.append(f"Not known: {', '.join(unknown['label'] for unknown in health['unknown'])}.")
    head, *rest = lines
    return [f"  health    {head}", *(f"            {line}" for line in rest)]


def past_health_lines(store: Store, who: str, as_of: datetime | None) -> list[str] | None:
    """The health at that moment, now without one, and why; None when there is no such customer.

    Raises ValidationError for a moment that is yet to come.
    """
    try:
        found = find_customer(store, who)
    except Customer.DoesNotExist:
        return None
    then = past_health_for_viewer(store, found.pk, as_of=as_of or clock.now())
    score = "unknown" if then.value is None else f"{floor(then.value)} of 100"
    head = f"{score}, {then.band_label}, as of {then.as_of:%Y-%m-%d %H:%M} UTC"
    return [head, *(f"  {reason.sentence}" for reason in then.reasons)]


def _said_lines(found: dict[str, Any]) -> Iterator[str]:
    """The newest answers, reviews and tickets."""
    for answer in found["answers"][:LINES]:
        value = "" if answer["value"] is None else f"{answer['value']:g} of {answer['highest']:g}  "
        yield f"  answer    {answer['answered_at'][:10]}  {answer['measure']}  {value}{answer['text']}".rstrip()
    for review in found["reviews"][:LINES]:
        words = review["title"] or review["body"]
        yield f"  review    {review['reviewed_at'][:10]}  {review['rating']} of 5  {words}".rstrip()
    for ticket in found["tickets"][:LINES]:
        yield f"  ticket    {ticket['opened_at'][:10]}  {ticket['status']}  {ticket['subject']}".rstrip()
