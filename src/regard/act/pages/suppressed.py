"""Addresses that get nothing more: the list, letting one be written to again, and a customer's own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.outbox_control import retry_sends
from regard.act.domain.suppression import (
    allow_address,
    suppressed_address_for_viewer,
    suppressed_addresses_for_viewer,
    suppressed_addresses_of_customer,
)
from regard.act.models import SuppressedAddress
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, notify, store_page
from regard.core.models import Store


@store_page("alerts.read")
def suppressed(request: StoreRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page = suppressed_addresses_for_viewer(store=request.store, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    headings = [
        {"label": _("Address")},
        {"label": _("Since"), "css": "wide-only"},
        {"label": _("Write to it again"), "bare": True},
    ]
    context = {"rows": page.rows, "headings": headings, "cursor": cursor, "next_cursor": page.next_cursor}
    return render(request, "act/suppressed.html", context)


@store_page(post="alerts.handle")
def allow(request: StoreRequest, suppressed_id: int) -> HttpResponse:
    try:
        found = suppressed_address_for_viewer(request.store, suppressed_id)
    except SuppressedAddress.DoesNotExist:
        raise Http404 from None
    held_back = allow_address(found, actor=request.user.email)
    if request.POST.get("do") == "send":
        count = retry_sends(request.store, held_back, actor=request.user.email)
        text = ngettext(
            "The address is written to again; %d message is on its way.",
            "The address is written to again; %d messages are on their way.",
            count,
        )
        notify(request, text % count)
    else:
        notify(request, _("The address is written to again. What was held back stays so."))
    return redirect("outbox_suppressed", request.store.slug)


def render_suppressed(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing for a customer whose addresses are all written to, as nearly everybody's are."""
    rows = suppressed_addresses_of_customer(store, customer_id)
    if not rows:
        return ""
    return render_to_string("act/suppressed_panel.html", {"rows": rows, "store": store}, request)
