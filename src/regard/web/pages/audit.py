from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from regard.core import clock
from regard.core.domain.audit import audit_entries_of, change_texts, export_audit, other_details
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, asked_for, store_page

ROWS = 50


@store_page("audit.read")
def audit(request: StoreRequest) -> HttpResponse:
    cursor = asked_for(request, "cursor")
    filters = _filters(request)
    try:
        page = keyset_page(
            audit_entries_of(request.store, **filters), order=["-id"], cursor=cursor, limit=ROWS
        )
    except CursorInvalid:
        return redirect(request.path)
    rows = [(entry, change_texts(entry), other_details(entry)) for entry in page.rows]
    context = {"rows": rows, "next_cursor": page.next_cursor, "cursor": cursor, **filters}
    return render(request, "web/audit.html", context)


@store_page(post="audit.read")
def export(request: StoreRequest) -> HttpResponseBase:
    """The entries that the page's filter finds, all of them, as a file of comma-separated values."""
    rows = export_audit(request.store, **_filters(request), by=request.user.email)
    return csv_response(rows, name=f"audit-{request.store.slug}-{clock.now():%Y-%m-%d}.csv")


def _filters(request: StoreRequest) -> dict[str, str]:
    return {name: asked_for(request, name) for name in ("actor", "action")}
