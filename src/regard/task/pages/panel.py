"""Tasks on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.task.domain.cases import cases_of_customer
from regard.task.domain.queries import tasks_of_customer

SHOWN = 5


def render_tasks(request: HttpRequest, store: Store, customer_id: int) -> str:
    context = {
        "cases": cases_of_customer(store, customer_id),
        "tasks": tasks_of_customer(store, customer_id, limit=SHOWN),
        "customer_id": customer_id,
        "store": store,
    }
    return render_to_string("task/customer_tasks.html", context, request)
