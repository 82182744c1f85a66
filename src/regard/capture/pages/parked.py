"""Events that the pipeline failed on. Replaying them is mounted above, where the stages are known."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from regard.capture.domain.parked import parked_events_of
from regard.capture.pages.tabs import event_tabs
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, store_page

ROWS = 50


@store_page("events.read")
def parked_events(request: StoreRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset_page(parked_events_of(request.store), order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    context = {"tabs": event_tabs(request, "parked_events"), "page": page, "cursor": cursor}
    return render(request, "capture/parked_events.html", context)
