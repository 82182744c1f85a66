"""The page of a customer: who they are, what other rooms know of them, what they did."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.registry import customer_panels
from regard.profile.domain.customers import identities_of, orders_of
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.timeline import timeline_for_viewer
from regard.profile.models import Customer

TIMELINE_ROWS = 30


@store_page("customers.read")
def customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    found = _customer(request, customer_id)
    if found.pk != customer_id:
        return redirect("customer", request.store.slug, found.pk)
    panels = sorted(customer_panels, key=lambda panel: panel.order)
    context = {
        "customer": found,
        "identities": identities_of(found),
        "orders": orders_of(request.store, found.pk),
        "panels": [panel.render(request, request.store, found.pk) for panel in panels],
        **_timeline(request, found.pk),
    }
    return render(request, "profile/customer.html", context)


@store_page("customers.read")
def more_timeline(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Further entries, put below those that are shown."""
    found = _customer(request, customer_id)
    context = {"customer": found, **_timeline(request, found.pk)}
    return render(request, "profile/_timeline.html", context)


def _timeline(request: StoreRequest, customer_id: int) -> dict[str, Any]:
    def read(cursor: str) -> Any:
        return timeline_for_viewer(
            store=request.store, customer_id=customer_id, cursor=cursor, limit=TIMELINE_ROWS
        )

    try:
        entries, following = read(asked_for(request, "cursor"))
    except CursorInvalid:
        entries, following = read("")
    return {"entries": entries, "following": following}


def _customer(request: StoreRequest, customer_id: int) -> Customer:
    try:
        return customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
