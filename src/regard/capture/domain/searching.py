"""Events that meet conditions, looked for as far back as somebody waits: no index finds a rare name or person.

An index on each would cost every event that comes in more than a search costs, which few do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.events import events_of
from regard.capture.models import Event
from regard.core.edges.keyset import CursorInvalid, KeysetPage, decode_cursor, encode_cursor, keyset_page
from regard.core.models import Store

STEP = 10_000  # events that are looked through before the time is asked for
PATIENCE = 1.0  # seconds
LAST_ID = 2**63 - 1
ORDER = "-id"
OF_TIME = ("received_from", "received_before")


@dataclass(frozen=True)
class FoundEvents:
    """A page of events, the newest first. searched_to: when the oldest that was looked at was received, where the
    page is not full and the log goes on: `next_cursor` searches further. Else None."""

    page: KeysetPage[Event]
    searched_to: datetime | None = None


def search_events(store: Store, *, cursor: str = "", limit: int = 50, **conditions: Any) -> FoundEvents:
    """The next events after `cursor` that meet the conditions, as `events_of` takes them.

    One query without conditions; else three for every ten thousand events that are walked through. Raises
    CursorInvalid.
    """
    within = {name: conditions.pop(name, None) for name in OF_TIME}
    if not any(value not in ("", None) for value in conditions.values()):
        return FoundEvents(keyset_page(events_of(store, **within), order=[ORDER], cursor=cursor, limit=limit))
    before, deadline = _start(cursor), time.monotonic() + PATIENCE
    rows: list[Event] = []
    while True:
        bound = _step_back(store, before, within)
        step = events_of(store, **conditions, **within).filter(
            id__lt=before, id__gte=bound[0] if bound else 0
        )
        rows += step[: limit + 1 - len(rows)]
        if len(rows) > limit:
            return FoundEvents(KeysetPage(rows[:limit], _cursor(rows[limit - 1].id)))
        if bound is None:
            return FoundEvents(KeysetPage(rows, ""))
        before, received_at = bound
        if time.monotonic() > deadline:
            return FoundEvents(KeysetPage(rows, _cursor(before)), received_at)


def _step_back(store: Store, before: int, within: dict[str, Any]) -> tuple[int, datetime] | None:
    """Id and time of the event so far back from `before` that a step is between them; None near the log's end."""
    events = events_of(store, **within).filter(id__lt=before)
    bound = next(iter(events.values_list("id", flat=True)[STEP - 1 : STEP]), None)  # of the index alone
    if bound is None:
        return None
    return bound, events.filter(id=bound).values_list("received_at", flat=True).get()


def _start(cursor: str) -> int:
    match decode_cursor(cursor) if cursor else (ORDER, LAST_ID):
        case (order, int() as event_id) if order == ORDER:
            return event_id
        case _:
            raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))


def _cursor(event_id: int) -> str:
    return encode_cursor([ORDER, event_id])
