"""One customer as a command shows them: everything for programs, the essentials for people."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from regard.core.models import Store
from regard.core.money import to_major
from regard.desk.domain.queries import tickets_of_customer
from regard.listen.domain.queries import answers_of_customer, reviews_of_customer
from regard.profile.domain.customers import identities_of, order_totals, orders_of
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer
from regard.score.domain.queries import HealthView, health_for_viewer

SHOWN = 100


def customer_json(store: Store, who: str) -> dict[str, Any] | None:
    """The customer with that e-mail, shop's id or id of ours, as plain JSON values; None if there is none.

    Amounts are decimal texts in the major unit, times ISO 8601 in UTC.
    """
    try:
        found = find_customer(store, who)
    except Customer.DoesNotExist:
        return None
    return {
        "id": found.pk,
        "name": found.name,
        "email": found.email,
        "first_seen_at": found.first_seen_at.isoformat(),
        "last_seen_at": found.last_seen_at.isoformat(),
        "identities": [{"kind": known.kind, "value": known.value} for known in identities_of(found)],
        "orders": _orders(store, found.pk),
        "reviews": [
            {
                "external_id": review.external_id, "product_id": review.product_external_id,
                "rating": review.rating, "title": review.title,
                "body": review.body, "reviewed_at": review.reviewed_at.isoformat(),
            }
            for review in reviews_of_customer(store, found.pk, limit=SHOWN)
        ],
        "answers": [
            {
                "external_id": answer.external_id, "survey": answer.survey, "measure": answer.measure,
                "topic": answer.topic, "value": answer.value, "lowest": answer.lowest, "highest": answer.highest,
                "low_is_good": answer.low_is_good, "score": answer.score, "text": answer.text,
                "answered_at": answer.answered_at.isoformat(),
            }
            for answer in answers_of_customer(store, found.pk, limit=SHOWN)
        ],
        "tickets": [
            {
                "external_id": ticket.external_id, "subject": ticket.subject, "status": ticket.status,
                "category": ticket.category, "channel": ticket.channel, "opened_at": ticket.opened_at.isoformat(),
                "first_answered_at": _iso(ticket.first_answered_at), "solved_at": _iso(ticket.solved_at),
                "escalated_at": _iso(ticket.escalated_at),
            }
            for ticket in tickets_of_customer(store, found.id, limit=SHOWN)
        ],
        "health": _health(health_for_viewer(store, found.pk)),
    }  # fmt: skip


def _orders(store: Store, customer_id: int) -> dict[str, Any]:
    totals = order_totals(store, customer_id)
    return {
        "count": sum(total.orders for total in totals),
        "totals": [
            {
                "currency": total.currency, "count": total.orders,
                "total": str(to_major(total.total_minor, total.currency)),
                "refunded": str(to_major(total.refunded_minor, total.currency)),
            }
            for total in totals
        ],
        "newest": [
            {
                "external_id": order.external_id, "status": order.status,
                "ordered_at": order.ordered_at.isoformat(), "delivered_at": _iso(order.delivered_at),
                "total": None if order.total_minor is None else str(to_major(order.total_minor, order.currency)),
                "currency": order.currency,
            }
            for order in orders_of(store, customer_id, limit=SHOWN)
        ],
    }  # fmt: skip


def _health(view: HealthView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {
        "score": view.value,
        "band": view.band,
        "band_label": view.band_label,
        "coverage": view.coverage,
        "computed_at": view.computed_at.isoformat(),
        "reasons": [asdict(reason) for reason in view.reasons],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def customer_lines(found: dict[str, Any]) -> list[str]:
    """The same for people to read."""
    health = found["health"]
    spent = [f"{t['total']} {t['currency']}" for t in found["orders"]["totals"]]
    lines = [
        f"{found['name'] or 'no name'}  <{found['email'] or 'no e-mail'}>  customer {found['id']}",
        f"  seen      {found['first_seen_at'][:10]} to {found['last_seen_at'][:10]}",
        f"  orders    {found['orders']['count']}  {', '.join(spent)}",
    ]
    if health is None:
        return [*lines, "  health    not computed yet"]
    score = "unknown" if health["score"] is None else f"{health['score']:.1f} of 100"
    lines.append(f"  health    {score}, {health['band_label']}, {health['coverage']} % of it known")
    return [*lines, *(f"            {reason['sentence']}" for reason in health["reasons"])]
