"""The timeline of a customer as pages show it: narrowed to a kind, page by page, each entry with an icon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.models import Event
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for
from regard.profile.domain.timeline import KINDS, TimelineEntry, timeline_for_viewer
from regard.ui.tabs import Tab

ROWS = 15
# The first that the name of an event fits; calls that have no name go by their type.
ICONS = (
    ("^refund|return", "arrow-uturn-left"),
    ("^(shipment|parcel)|deliver", "truck"),
    ("review", "star"),
    ("survey|answer|feedback", "chat-bubble-left-right"),
    ("^(order|checkout|payment)", "shopping-bag"),
    ("^cart|product added|product removed", "shopping-cart"),
    ("^alert", "bell-alert"),
    ("health", "heart"),
    ("consent", "shield-check"),
    ("ticket|conversation|chat", "lifebuoy"),
    ("e-?mail|sms|message|notification", "envelope"),
    ("^identify", "identification"),
    ("^(products?|wishlist|promotion|coupon|page|screen)", "eye"),
)


@dataclass(frozen=True)
class ShownEntry:
    """An entry of the timeline. said: what it was, in one line."""

    event: Event
    said: str
    note: str
    icon: str


def timeline_context(
    request: StoreRequest, customer_id: int, *, kind: str = "", limit: int = ROWS
) -> dict[str, Any]:
    """A page of the timeline, which begins anew with a cursor that is none of it."""

    def read(cursor: str) -> tuple[list[TimelineEntry], str]:
        return timeline_for_viewer(
            store=request.store, customer_id=customer_id, kind=kind, cursor=cursor, limit=limit
        )

    try:
        entries, following = read(asked_for(request, "cursor"))
    except CursorInvalid:
        entries, following = read("")
    return {"entries": [_shown(entry) for entry in entries], "following": following, "kind": kind}


def asked_kind(request: StoreRequest) -> str:
    """The kind of events that the address asks for, "" for all."""
    kind = asked_for(request, "kind")
    return kind if kind in KINDS else ""


def kind_tabs(chosen: str) -> list[Tab]:
    labels = {
        "": _("All"),
        "orders": _("Orders"),
        "messages": _("Messages"),
        "browsing": _("Browsing"),
        "feedback": _("Feedback"),
    }
    return [Tab(label, f"?kind={kind}#timeline", kind == chosen) for kind, label in labels.items()]


def _shown(entry: TimelineEntry) -> ShownEntry:
    event = entry.event
    named = event.name if event.type in {"track", "fact"} and event.name else event.type
    icon = next((icon for pattern, icon in ICONS if re.search(pattern, named, re.IGNORECASE)), "bolt")
    return ShownEntry(event, entry.words or event.type, entry.note, icon)
