from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest
from regard.ui.tabs import Tab


def event_tabs(request: StoreRequest, current: str) -> list[Tab]:
    """The pages about events, of which `current` (the name of its URL) is shown."""
    pages = {
        "events": _("Live"),
        "rejected_events": _("Rejected"),
        "parked_events": _("Parked"),
    }
    return [
        Tab(label, reverse(name, args=[request.store.slug]), name == current) for name, label in pages.items()
    ]
