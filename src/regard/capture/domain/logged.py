"""Events as the pipeline reads them: light, since a backfill takes tens of thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regard.capture.domain.bulk import run_bulk

SELECT_EVENTS = """
    SELECT id, received_at, occurred_at, source_id, key, history, type, name, user_id, anonymous_id, payload::text
    FROM capture_event WHERE store_id = %b AND
"""
NEXT_EVENTS = SELECT_EVENTS + "id > %b AND id <= %b ORDER BY id LIMIT %b"
EVENTS_BY_ID = SELECT_EVENTS + "id = ANY(%b) ORDER BY id"


class LoggedEvent(msgspec.Struct, gc=False):
    """A line of the log; see capture.models.Event for the columns. `body` is the event as it came in."""

    id: int
    received_at: datetime
    occurred_at: datetime
    source_id: int | None
    key: UUID
    history: bool
    type: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    payload: str
    _body: dict[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        body = self._body
        if body is None:
            body = self._body = msgspec.json.decode(self.payload)
        return body

    @property
    def is_live(self) -> bool:
        """Whether a source told it as it happened: no import brought it, nor has Regard recorded it."""
        return not self.history and self.type != "fact"


def next_events(store_id: int, *, after: int, up_to: int, limit: int) -> list[LoggedEvent]:
    """The first events of a store with after < id <= up_to, in the order of the log."""
    return _read(NEXT_EVENTS, (store_id, after, up_to, limit))


def events_by_id(store_id: int, event_ids: Sequence[int]) -> list[LoggedEvent]:
    """These events of a store in the order of the log; those that the log has not got are left out."""
    return _read(EVENTS_BY_ID, (store_id, list(event_ids)))


def _read(statement: str, values: tuple[Any, ...]) -> list[LoggedEvent]:
    return [LoggedEvent(*row) for row in run_bulk(statement, values)]
