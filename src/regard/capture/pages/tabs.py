from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.capture.domain.parked import parked_events_of
from regard.capture.domain.rejected import rejected_events_of
from regard.capture.models.rejected import RejectedState
from regard.core.edges.pages import StoreRequest
from regard.ui.tabs import Tab

MOST_COUNTED = 999


def event_tabs(request: StoreRequest, current: str) -> list[Tab]:
    """The pages about events, of which `current` (the name of its URL) is shown."""
    pages = {
        "events": _("Live"),
        "rejected_events": _("Rejected"),
        "parked_events": _("Parked"),
    }
    waiting = {
        "rejected_events": rejected_events_of(request.store, state=RejectedState.OPEN),
        "parked_events": parked_events_of(request.store),
    }
    counts = {name: _count(rows) for name, rows in waiting.items()}
    return [
        Tab(label, reverse(name, args=[request.store.slug]), name == current, counts.get(name, 0))
        for name, label in pages.items()
    ]


def _count(rows: QuerySet[Any]) -> int | str:
    """How many wait, as far as somebody wants to know it."""
    count = rows[: MOST_COUNTED + 1].count()
    return count if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
