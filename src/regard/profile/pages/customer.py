"""The page of a customer: who they are, what other rooms know of them, what they did."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, store_page, warn
from regard.core.registry import customer_panels
from regard.profile.domain.customers import identities_of
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.merges import merges_for_viewer
from regard.profile.domain.tags import tag_customers, tags_of_customers, untag_customers
from regard.profile.domain.timeline import KINDS, last_told, timeline_for_viewer
from regard.profile.models import Customer
from regard.ui.tabs import Tab

TIMELINE_ROWS = 30


@store_page("customers.read")
def customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    found = customer_or_404(request, customer_id)
    if found.pk != customer_id:
        return redirect("customer", request.store.slug, found.pk)
    panels = sorted(customer_panels, key=lambda panel: panel.order)
    context = {
        "customer": found,
        "identities": identities_of(found),
        "attributes": sorted(found.attributes.items()),
        "tags": tags_of_customers(request.store, [found.pk]).get(found.pk, []),
        "merges": merges_for_viewer(store=request.store, customer_id=found.pk),
        "version": last_told(store=request.store, customer_id=found.pk),
        "panels": [panel.render(request, request.store, found.pk) for panel in panels],
        **_timeline(request, found.pk),
    }
    return render(request, "profile/customer.html", context)


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
    context = {"customer": found, **_timeline(request, found.pk)}
    return render(request, "profile/_timeline.html", context)


def _timeline(request: StoreRequest, customer_id: int) -> dict[str, Any]:
    kind = asked_for(request, "kind")
    kind = kind if kind in KINDS else ""

    def read(cursor: str) -> Any:
        return timeline_for_viewer(
            store=request.store, customer_id=customer_id, kind=kind, cursor=cursor, limit=TIMELINE_ROWS
        )

    try:
        entries, following = read(asked_for(request, "cursor"))
    except CursorInvalid:
        entries, following = read("")
    return {"entries": entries, "following": following, "kind": kind, "kinds": _kinds(kind)}


def _kinds(chosen: str) -> list[Tab]:
    labels = {
        "": _("All"),
        "orders": _("Orders"),
        "messages": _("Messages"),
        "browsing": _("Browsing"),
        "feedback": _("Feedback"),
    }
    return [Tab(label, f"?kind={kind}#timeline-title", kind == chosen) for kind, label in labels.items()]


@store_page(post="customers.change")
def tag_customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    return _change_tag(request, customer_id, adding=True)


@store_page(post="customers.change")
def untag_customer(request: StoreRequest, customer_id: int) -> HttpResponse:
    return _change_tag(request, customer_id, adding=False)


def _change_tag(request: StoreRequest, customer_id: int, *, adding: bool) -> HttpResponse:
    found, tag = customer_or_404(request, customer_id), request.POST.get("tag", "")
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
