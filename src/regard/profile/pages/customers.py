"""The list of customers: searched, narrowed to a segment, sorted; many of them exported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.capture.domain.examples import curl_call
from regard.core import clock
from regard.core.domain.permissions import role_allows
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid, KeysetPage
from regard.core.edges.pages import StoreRequest, asked_for, posted, store_page, warn
from regard.core.registry import CustomerColumn, customer_columns
from regard.profile.domain.customers import totals_by_customer
from regard.profile.domain.segments.ask import LATEST_FIRST, customers_in_segment, sortable_fields
from regard.profile.domain.segments.exporting import export_segment
from regard.profile.domain.segments.parse import SegmentInvalid
from regard.profile.domain.tags import tags_of_customers
from regard.profile.models import Customer
from regard.profile.pages.segment_builder import Builder, builder_context, builder_of_query, builder_of_text
from regard.profile.pages.segments import chips_for_viewer

MOST_SELECTED = 200
TAGS_SHOWN = 3


@dataclass(frozen=True)
class Heading:
    """The head of a column, which can be hidden by its name. url: what sorts by it; direction: how it is now.

    bare: only screen readers are told the label. hidden: until somebody wants to see it.
    """

    column: str
    label: str
    css: str = ""
    url: str = ""
    direction: str = ""
    bare: bool = False
    hidden: bool = False


@store_page("customers.read")
def customers(request: StoreRequest) -> HttpResponse:
    """A builder that was sent by its button leads on to the address of the filter that it says."""
    if request.GET.keys() & {"rows_of", "add", "remove"}:
        builder = builder_of_query(request.GET)
        if builder.is_ready and not request.GET.keys() & {"add", "remove"}:
            return redirect(_address(request, builder.text))
    else:
        builder = builder_of_text(asked_for(request, "segment"))
    try:
        page = _page(request, builder)
    except CursorInvalid:
        return redirect(request.path)
    return render(request, "profile/customers.html", _context(request, builder, page))


def _page(request: StoreRequest, builder: Builder) -> KeysetPage[Customer]:
    """Raises CursorInvalid. Nobody while the filter is none, so that no wrong list passes for a right one."""
    if not builder.is_ready:
        return KeysetPage([], "")
    return customers_in_segment(
        store=request.store,
        text=builder.text,
        search=asked_for(request, "q"),
        order=asked_for(request, "order") or LATEST_FIRST,
        cursor=asked_for(request, "cursor"),
    )


def _context(request: StoreRequest, builder: Builder, page: KeysetPage[Customer]) -> dict[str, Any]:
    ids = [customer.pk for customer in page.rows]
    totals, tags = totals_by_customer(request.store, ids), tags_of_customers(request.store, ids)
    columns = sorted(customer_columns, key=lambda column: column.order)
    cells = [(column, column.load(request.store, ids)) for column in columns]
    chips = chips_for_viewer(request)
    headings = _headings(request, columns)
    narrowed = bool(builder.text.strip() or asked_for(request, "q") or not builder.is_ready)
    return {
        **builder_context(request, builder),
        "customers": [
            {
                "customer": customer,
                "totals": totals.get(customer.pk, []),
                "orders": sum(total.orders for total in totals.get(customer.pk, [])),
                "tags": tags.get(customer.pk, []),
                "more_tags": max(0, len(tags.get(customer.pk, [])) - TAGS_SHOWN),
                "cells": [(column, cell.get(customer.pk, "")) for column, cell in cells],
            }
            for customer in page.rows
        ],
        "headings": headings,
        "columns": [
            (heading.column, heading.label, heading.hidden) for heading in headings[1:] if heading.column
        ],
        "selectable": any(
            role_allows(request.member.role, name) for name in ("customers.change", "customers.export")
        ),
        "chips": chips,
        # A segment that is chosen by its name says enough; what somebody is making stays open.
        "is_building": bool(builder.text or builder.rows or builder.invalid)
        and not any(chip.current for chip in chips),
        "narrowed": narrowed,
        "cursor": asked_for(request, "cursor"),
        "next_cursor": page.next_cursor,
        "curl": "" if page.rows or narrowed else curl_call("WRITE_KEY"),
    }


def _headings(request: StoreRequest, extra: Sequence[CustomerColumn]) -> list[Heading]:
    """Of the table's columns; fields that customers can be ordered by sort it."""
    further = {column.name for column in extra if column.further}
    columns = [("name", _("Customer"), "")]
    columns += [(column.name, _(str(column.label)), column.css) for column in extra]
    columns += [
        ("orders", _("Orders"), "number wide-only"),
        ("spent", _("Spent"), "number wide-only"),
        ("tags", _("Tags"), "wide-only"),
        ("last_seen", _("Last seen"), "wide-only"),
    ]
    sortable = set(sortable_fields())
    headings = [
        _sorting(request, name, label, css) if name in sortable else Heading(name, label, css)
        for name, label, css in columns
    ]
    headings = [replace(heading, hidden=heading.column in further) for heading in headings]
    return [*headings, Heading("", _("Quick look"), "wide-only", bare=True)]


def _sorting(request: StoreRequest, name: str, label: str, css: str) -> Heading:
    order = asked_for(request, "order") or LATEST_FIRST
    direction = {name: "ascending", f"-{name}": "descending"}.get(order, "")
    # Names are read from A on, numbers from the largest; the second press turns the list round.
    first, second = (name, f"-{name}") if name == "name" else (f"-{name}", name)
    query = request.GET.copy()
    query.pop("cursor", None)
    query["order"] = second if order == first else first
    return Heading(name, label, css, f"?{query.urlencode()}", direction)


def _address(request: StoreRequest, text: str) -> str:
    asked = {"q": asked_for(request, "q"), "segment": text, "order": asked_for(request, "order")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{request.path}?{query}" if query else request.path


@store_page(post="customers.export")
def export_customers(request: StoreRequest) -> HttpResponseBase:
    """The customers of the filter, or the chosen ones of them, as a file of comma-separated values."""
    try:
        rows = export_segment(
            store=request.store,
            text=posted(request, "segment"),
            search=posted(request, "q"),
            only=selected_ids(request.POST) or None,
            anonymous=bool(request.POST.get("anonymous")),
            actor=request.user.email,
        )
    except SegmentInvalid as error:
        warn(request, error.told)
        return redirect("customers", request.store.slug)
    name = f"customers-{request.store.slug}-{clock.now():%Y-%m-%d}.csv"
    return csv_response(rows, name=name)


def selected_ids(values: QueryDict) -> list[int]:
    """The ids of the rows that were chosen on a page."""
    chosen = (value for value in values.getlist("selected") if value.isascii() and value.isdecimal())
    return [int(value) for value in chosen if len(value) < 19][:MOST_SELECTED]


def customers_url(request: StoreRequest, came_from: str) -> str:
    """Back to the list as it was: its query, which holds no address of its own."""
    here = reverse("customers", args=[request.store.slug])
    return f"{here}?{QueryDict(came_from).urlencode()}" if came_from else here
