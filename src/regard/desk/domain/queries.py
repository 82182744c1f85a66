"""Tickets as people and programs see them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from regard.core.models import Store
from regard.desk.domain.escalation_risk import ESCALATION_RISK
from regard.desk.models import Ticket
from regard.score.domain.score_views import ScoreView, rule_scores_of


def tickets_of(
    store: Store, *, customer_id: int | None = None, status: str = "", category: str = ""
) -> QuerySet[Ticket]:
    """Tickets of a store with their customers, the newest known first; of one customer, status or category."""
    rows = Ticket.objects.filter(store=store).select_related("identity").order_by("-id")
    if customer_id is not None:
        # The identity's store is named too: it comes first in its index.
        rows = rows.filter(identity__store=store, identity__customer_id=customer_id)
    if status:
        rows = rows.filter(status=status)
    return rows.filter(category=category) if category else rows


def tickets_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Ticket]:
    """A customer's tickets, the last opened first."""
    return list(tickets_of(store, customer_id=customer_id).order_by("-opened_at", "-id")[:limit])


def escalation_risks_of(store: Store, ticket_ids: Sequence[int]) -> dict[int, ScoreView]:
    """What was last foreseen of these tickets, by id, without its history; of those it was. One query."""
    return rule_scores_of(store, ESCALATION_RISK, ticket_ids)
