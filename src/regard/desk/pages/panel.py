"""Tickets on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.desk.domain.queries import tickets_of_customer


def render_tickets(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that most customers' pages stay short."""
    tickets = tickets_of_customer(store, customer_id)
    return render_to_string("desk/tickets.html", {"tickets": tickets}, request) if tickets else ""
