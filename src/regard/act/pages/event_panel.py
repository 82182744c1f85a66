"""What came of an event, on its page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.act.domain.trace import trace_for_viewer
from regard.core.models import Store


def render_trace(request: HttpRequest, store: Store, event_id: int) -> str:
    return render_to_string("act/trace.html", {"trace": trace_for_viewer(store, event_id)}, request)
