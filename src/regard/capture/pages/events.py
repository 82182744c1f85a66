"""The live tail of the log: what comes in, as it comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regard.capture.domain.events import event_of
from regard.capture.domain.parked import parked_events_of
from regard.capture.domain.searching import search_events
from regard.capture.domain.segment import CALLS
from regard.capture.domain.sources import source_name, sources_of
from regard.capture.domain.stream_tokens import issue_stream_token
from regard.capture.models import Event
from regard.capture.pages.tabs import event_tabs
from regard.core.config import config
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, store_page
from regard.core.models import Store
from regard.core.registry import event_panels

ROWS = 50
TYPES = [("", _("All")), *((call, call) for call in CALLS), ("fact", _("fact (by Regard)"))]
ORIGINS = [("", _("All")), ("live", _("Live")), ("history", _("Imported"))]


class EventFilter(forms.Form):
    """Anything unreadable in the address counts as not given."""

    name = forms.CharField(required=False)
    user_id = forms.CharField(required=False)
    type = forms.ChoiceField(required=False, choices=TYPES)
    source = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    origin = forms.ChoiceField(required=False, choices=ORIGINS)

    def __init__(self, data: Any, store: Store) -> None:
        super().__init__(data)
        self.sources = {source.pk: source.name for source in sources_of(store)}
        source: Any = self.fields["source"]
        source.choices = [("", _("All")), *self.sources.items()]

    def conditions(self) -> dict[str, Any]:
        """What is asked for, as `events_of` takes it."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if "type" in given:
            given["type_"] = given.pop("type")
        if "source" in given:
            given["source_id"] = given.pop("source")
        if "origin" in given:
            given["history"] = given.pop("origin") == "history"
        return given


@store_page("events.read")
def events(request: StoreRequest) -> HttpResponse:
    form = EventFilter(request.GET, request.store)
    conditions = form.conditions()
    cursor = request.GET.get("cursor", "")
    try:
        found = search_events(request.store, cursor=cursor, limit=ROWS, **conditions)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "tabs": event_tabs(request, "events"),
        "form": form,
        "filtered": bool(conditions),
        "rows": [(event, form.sources.get(event.source_id or 0, "")) for event in found.page.rows],
        "cursor": cursor,
        "next_cursor": found.page.next_cursor,
        "searched_to": found.searched_to,
        "sources": form.sources,
    }
    return render(request, "capture/events.html", context)


@store_page("events.read")
def live_pass(request: StoreRequest) -> HttpResponse:
    """Where the live stream is and the pass to it, which holds for ten minutes."""
    url = f"{config().intake_url}/live/events?token={issue_stream_token(request.store.pk)}"
    return JsonResponse({"url": url}, headers={"Cache-Control": "no-store"})


@store_page("events.read")
def event(request: StoreRequest, event_id: int) -> HttpResponse:
    """One event as it came in, and what came of it; a quick look for the drawer."""
    try:
        found = event_of(request.store, event_id)
    except Event.DoesNotExist:
        raise Http404 from None
    panels = sorted(event_panels, key=lambda panel: panel.order)
    context = {
        "event": found,
        "source": source_name(request.store, found.source_id),
        "parked": parked_events_of(request.store).filter(event_id=event_id).first(),
        "back": reverse("events", args=[request.store.slug]),
        "panels": [panel.render(request, request.store, event_id) for panel in panels],
    }
    is_look = request.headers.get("HX-Request")
    return render(request, "capture/event_look.html" if is_look else "capture/event.html", context)
