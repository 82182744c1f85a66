"""A customer's page: the journeys they are or were in, and why not in others."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.journey.domain.explaining import explain_journeys
from regard.journey.domain.queries import ids_of_journeys

SHOWN = 20


def render_journeys(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing where there is nothing to tell."""
    explained = explain_journeys(store, customer_id)[:SHOWN]
    if not explained:
        return ""
    ids = ids_of_journeys(store, [one.journey_key for one in explained])
    rows = [(one, ids.get(one.journey_key)) for one in explained]
    return render_to_string("journey/panel.html", {"rows": rows, "store": store}, request)
