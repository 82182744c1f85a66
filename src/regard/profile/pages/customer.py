"""The page of a customer: who they are, what other rooms know of them, what they did."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.core.registry import customer_columns, customer_panels
from regard.profile.domain.customers import identities_of, order_totals
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.merges import merges_for_viewer
from regard.profile.domain.tags import tag_customers, tags_of_customers, untag_customers
from regard.profile.domain.timeline import last_told
from regard.profile.models import Customer
from regard.profile.pages.page_parts import PARTS, drawn, places_at_top, shown_parts, stands_at_top
from regard.profile.pages.timeline import asked_kind, kind_tabs, timeline_context

LATELY = 6  # entries of the timeline in a quick look


@store_page("customers.read")
def customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    found = customer_or_404(request, customer_id)
    if found.pk != customer_id:
        return redirect("customer", request.store.slug, found.pk)
    at_top = drawn(request, found.pk, filter(stands_at_top, customer_panels))
    kind = asked_kind(request)
    context = {
        "customer": found,
        "identities": identities_of(found),
        "attributes": sorted(found.attributes.items()),
        "tags": tags_of_customers(request.store, [found.pk]).get(found.pk, []),
        "merges": merges_for_viewer(store=request.store, customer_id=found.pk),
        "version": last_told(store=request.store, customer_id=found.pk),
        "at_top": at_top,
        "places": places_at_top(at_top),
        "parts": shown_parts(request, found.pk),
        "kinds": kind_tabs(kind),
        **_figures(request, found.pk),
        **timeline_context(request, found.pk, kind=kind),
    }
    return render(request, "profile/customer.html", context)


@store_page("customers.read")
def part(request: StoreRequest, customer_id: int, name: str) -> HttpResponse:
    """Some panels, which the page of the customer fetches once it is there."""
    found = customer_or_404(request, customer_id)
    shown = drawn(request, found.pk, filter(PARTS[name], customer_panels))
    return render(request, "profile/_part_panels.html", {"name": name, "panels": shown, "fetched": True})


@store_page("customers.read")
def look(request: StoreRequest, customer_id: int) -> HttpResponse:
    """A quick look at a customer, for the drawer of any page."""
    found = customer_or_404(request, customer_id)
    context = {
        "customer": found,
        "panels": drawn(request, found.pk, (panel for panel in customer_panels if panel.glance)),
        **_figures(request, found.pk),
        **timeline_context(request, found.pk, limit=LATELY),
    }
    return render(request, "profile/customer_look.html", context)


def _figures(request: StoreRequest, customer_id: int) -> dict[str, Any]:
    """What profile/_figures.html shows: one query for the orders, and one for each column of other rooms."""
    shown = (column for column in customer_columns if not column.further)
    columns = sorted(shown, key=lambda column: column.order)
    cells = [
        (_(column.label), column.load(request.store, [customer_id]).get(customer_id, ""))
        for column in columns
    ]
    return {"cells": cells, "totals": order_totals(request.store, customer_id)}


@store_page("customers.read")
def version(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Another text whenever something was told of the customer: the page asks it often, and itself seldom."""
    found = customer_or_404(request, customer_id)
    told = last_told(store=request.store, customer_id=found.pk)
    return HttpResponse(str(told), content_type="text/plain", headers={"Cache-Control": "no-store"})


@store_page("customers.read")
def more_timeline(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Further entries, put below those that are shown."""
    found = customer_or_404(request, customer_id)
    context = {"customer": found, **timeline_context(request, found.pk, kind=asked_kind(request))}
    return render(request, "profile/_timeline.html", context)


@store_page(post="customers.change")
def tag_customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    return _change_tag(request, customer_id, adding=True)


@store_page(post="customers.change")
def untag_customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    return _change_tag(request, customer_id, adding=False)


def _change_tag(request: StoreRequest, customer_id: int, *, adding: bool) -> HttpResponse:
    found, tag = customer_or_404(request, customer_id), posted(request, "tag")
    try:
        if adding:
            tag_customers(request.store, [found.pk], tag, actor=request.user.email)
        else:
            untag_customers(request.store, [found.pk], tag, actor=request.user.email)
            notify(request, _("The tag is taken away."))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("customer", request.store.slug, found.pk)


def customer_or_404(request: StoreRequest, customer_id: int) -> Customer:
    """The customer, or the one that they were merged into."""
    try:
        return customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
