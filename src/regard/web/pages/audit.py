from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from regard.core.domain.audit import audit_entries_of
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, asked_for, store_page

ROWS = 50


@store_page("audit.read")
def audit(request: StoreRequest) -> HttpResponse:
    cursor = asked_for(request, "cursor")
    filters = {name: asked_for(request, name) for name in ("actor", "action")}
    try:
        page = keyset_page(
            audit_entries_of(request.store, **filters), order=["-id"], cursor=cursor, limit=ROWS
        )
    except CursorInvalid:
        return redirect(request.path)
    return render(request, "web/audit.html", {"page": page, "cursor": cursor, **filters})
