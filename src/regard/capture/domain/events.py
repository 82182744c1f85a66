"""Reads of the log for people and programs; the pipeline has its own (reader.py)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from regard.capture.domain.log import REPEAT_HORIZON, key_of, settled_id
from regard.capture.models import Event, ReaderPosition
from regard.core import clock
from regard.core.models import Store
from regard.core.registry import Fact


def count_events(store: Store, *, type_: str = "", name: str = "") -> int:
    """How many events of a store the log holds, of one type or name if given."""
    return _matching(store, type_, name).count()


def last_events(store: Store, *, limit: int) -> Iterable[Event]:
    """The newest events, the oldest of them first."""
    return reversed(_matching(store).order_by("-id")[:limit])


def events_after(store: Store, event_id: int, *, limit: int) -> Iterable[Event]:
    """The next events after one, in order, none of them overtaken by a slower writer."""
    with connection.cursor() as cursor:
        bound = settled_id(cursor)
    return _matching(store).filter(id__gt=event_id, id__lte=bound).order_by("id")[:limit]


def events_of(
    store: Store,
    *,
    type_: str = "",
    name: str = "",
    user_id: str = "",
    source_id: int | None = None,
    history: bool | None = None,
    received_from: datetime | None = None,
    received_before: datetime | None = None,
) -> QuerySet[Event]:
    """The events of a store that meet all conditions given, the newest first."""
    wanted = {
        "user_id": user_id or None,
        "source_id": source_id,
        "history": history,
        "received_at__gte": received_from,
        "received_at__lt": received_before,
    }
    conditions = {field: value for field, value in wanted.items() if value is not None}
    return _matching(store, type_, name).filter(**conditions).order_by("-id")


def has_live_events(store: Store) -> bool:
    """Whether a source has ever told something: a reader has taken it, or it is among the next to be read.

    Two queries, of 1,000 events at the most.
    """
    positions = ReaderPosition.objects.filter(store=store)
    if positions.filter(has_read_live=True).exists():
        return True
    read = positions.order_by("event_id").values_list("event_id", flat=True).first() or 0
    unread = _matching(store).filter(id__gt=read).order_by("id").values("history", "type")[:1_000]
    return any(not event["history"] and event["type"] != "fact" for event in unread)


def event_of(store: Store, event_id: int) -> Event:
    """Raises Event.DoesNotExist."""
    return _matching(store).get(id=event_id)


def recorded_event(store: Store, fact_type: type[Fact], key: str) -> Event:
    """The event that `record` made of a fact under this key. Raises Event.DoesNotExist."""
    recorded = uuid.UUID(bytes=key_of(f"{fact_type.__name__}:{key}"))
    since = clock.now() - REPEAT_HORIZON
    return Event.objects.get(store_id=store.pk, key=recorded, received_at__gte=since)


def _matching(store: Store, type_: str = "", name: str = "") -> QuerySet[Event]:
    rows = Event.objects.filter(store_id=store.pk)
    if type_:
        rows = rows.filter(type=type_)
    return rows.filter(name=name) if name else rows
