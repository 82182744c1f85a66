"""Events that the log holds and that have formed nothing yet."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Min

from regard.capture.domain.logged import LoggedEvent, events_by_id, next_events
from regard.capture.models import ParkedEvent, ReaderPosition
from regard.core.models import Store

AT_A_TIME = 10_000  # events
LAST_ID = 2**63 - 1


def waiting_events(store: Store) -> Iterator[LoggedEvent]:
    """Events that a reader has not come to yet, in the order of the log, then the parked ones.

    To be called while the readers are held, see `hold_readers`. While the log is read again, these are the events
    after the one that the reader is at.
    """
    after = ReaderPosition.objects.filter(store=store).aggregate(least=Min("event_id"))["least"] or 0
    while events := next_events(store.pk, after=after, up_to=LAST_ID, limit=AT_A_TIME):
        yield from events
        after = events[-1].id
    parked = list(ParkedEvent.objects.filter(store=store).values_list("event_id", flat=True))
    for start in range(0, len(parked), AT_A_TIME):
        yield from events_by_id(store.pk, parked[start : start + AT_A_TIME])
