"""Tickets on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.desk.domain.escalation_risk import ESCALATION_RISK
from regard.desk.domain.queries import escalation_risks_of, tickets_of_customer
from regard.desk.domain.tickets import TEXTS
from regard.listen.domain.quotes import understood_of


def render_tickets(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that most customers' pages stay short."""
    tickets = tickets_of_customer(store, customer_id)
    if not tickets:
        return ""
    ids = [ticket.pk for ticket in tickets]
    understood, risks = understood_of(store, TEXTS.name, ids), escalation_risks_of(store, ids)
    told = [(ticket, understood.get(ticket.pk), risks.get(ticket.pk)) for ticket in tickets]
    context = {"tickets": told, "how": ESCALATION_RISK.how if risks else ""}
    return render_to_string("desk/tickets.html", context, request)
