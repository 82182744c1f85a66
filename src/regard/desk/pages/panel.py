"""Tickets on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.desk.domain.queries import tickets_of_customer
from regard.desk.domain.tickets import TEXTS
from regard.listen.domain.quotes import understood_of


def render_tickets(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that most customers' pages stay short."""
    tickets = tickets_of_customer(store, customer_id)
    if not tickets:
        return ""
    understood = understood_of(store, TEXTS.name, [ticket.pk for ticket in tickets])
    told = [(ticket, understood.get(ticket.pk)) for ticket in tickets]
    return render_to_string("desk/tickets.html", {"tickets": told}, request)
