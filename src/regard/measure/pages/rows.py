"""The rows behind a figure, with the customers that they are of, and as a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, first_message, store_page, warn
from regard.measure.domain.rows import (
    RowBehind,
    RowsBehind,
    WantedRows,
    export_rows_behind,
    rows_behind_for_viewer,
)
from regard.measure.pages.metric import metric_of
from regard.measure.pages.words import amount_text, part_name, split_name
from regard.profile.domain.customers import name_customers
from regard.profile.models import Customer
from regard.ui.date_range import asked_day
from regard.ui.templatetags.figures import whole

PAGE = 50


@store_page("customers.read")
def rows(request: StoreRequest, metric_id: str) -> HttpResponse:
    metric_of(metric_id)
    name, wanted = _asked(request.GET, metric_id)
    cursor = asked_for(request, "cursor")
    try:
        behind = rows_behind_for_viewer(request.store, name, wanted, cursor=cursor, limit=PAGE)
    except CursorInvalid:
        raise Http404 from None
    except ValidationError as error:
        told = {"icon": "funnel", "title": _("These rows cannot be shown"), "text": first_message(error)}
        return render(request, "measure/rows.html", {"metric_id": metric_id, "refused": told})
    people = _people(request, behind.rows)
    export_url = reverse("metric_rows_export", args=[request.store.slug, metric_id])
    context = {
        "metric_id": metric_id,
        "behind": behind,
        "sentence": _sentence(behind, wanted),
        "rows": [_shown(request, behind, row, people) for row in behind.rows],
        "split": split_name(behind.split_by) if behind.split_by else "",
        "next_cursor": behind.next_cursor,
        "cursor": cursor,
        "export_url": f"{export_url}?{request.GET.urlencode()}",
    }
    return render(request, "measure/rows.html", context)


@store_page(post="customers.export")
def export_rows(request: StoreRequest, metric_id: str) -> HttpResponseBase:
    """All of them as comma-separated values."""
    metric_of(metric_id)
    name, wanted = _asked(request.GET, metric_id)
    try:
        cells = export_rows_behind(request.store, name, wanted, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("metric", request.store.slug, metric_id)
    return csv_response(cells, name=f"{request.store.slug}-{metric_id}-{wanted.first}-{wanted.last}.csv")


def _asked(query: QueryDict, metric_id: str) -> tuple[str, WantedRows]:
    """Raises Http404 for an address without days, which no page of ours has."""
    told = {name: value.replace("\0", "") for name, value in query.items() if isinstance(value, str)}
    first, last = asked_day(told.get("from", "")), asked_day(told.get("to", ""))
    if first is None or last is None:
        raise Http404
    variant = told.get("variant", "")
    name = f"{metric_id}:{variant}" if variant else metric_id
    return name, WantedRows(first, last, told.get("by", ""), told.get("part"))


def _people(request: StoreRequest, rows: list[RowBehind]) -> dict[int, Customer]:
    ids = {row.customer_id for row in rows if row.customer_id}
    people = Customer.objects.filter(store=request.store).in_bulk(ids)
    name_customers(people.values())
    return people


def _shown(
    request: StoreRequest, behind: RowsBehind, row: RowBehind, people: dict[int, Customer]
) -> dict[str, Any]:
    return {
        "row": row,
        "customer": people.get(row.customer_id or 0),
        "part": part_name(behind.split_by, row.part) if behind.split_by else "",
        "value": amount_text(request.store, behind.unit, row.value),
    }


def _sentence(behind: RowsBehind, wanted: WantedRows) -> str:
    days = date_format(wanted.first, "DATE_FORMAT"), date_format(wanted.last, "DATE_FORMAT")
    names = {
        "customers": ngettext("%s customer", "%s customers", behind.total),
        "orders": ngettext("%s order", "%s orders", behind.total),
        "lines": ngettext("%s line of an order", "%s lines of orders", behind.total),
        "answers": ngettext("%s answer", "%s answers", behind.total),
        "reviews": ngettext("%s review", "%s reviews", behind.total),
        "tickets": ngettext("%s ticket", "%s tickets", behind.total),
        "texts": ngettext("%s text", "%s texts", behind.total),
        "visits": ngettext("%s visit", "%s visits", behind.total),
        "parcels": ngettext("%s parcel", "%s parcels", behind.total),
    }
    counted = names[behind.metric.counts] % whole(behind.total)
    said = _("%(counted)s behind the figure from %(first)s to %(last)s")
    told = said % {"counted": counted, "first": days[0], "last": days[1]}
    return f"{told}: {part_name(behind.split_by, wanted.part)}" if wanted.part is not None else told
