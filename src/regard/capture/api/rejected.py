"""Rejected events, over JSON."""

from __future__ import annotations

import json
from typing import Any

from ninja import Body, Field, Query, Schema
from pydantic import AwareDatetime

from regard.capture.domain.rejected import (
    discard_rejected,
    rejected_event_of,
    rejected_events_of,
    replay_rejected,
    restore_rejected,
)
from regard.capture.models import RejectedEvent
from regard.capture.models.rejected import RejectedState
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    actor_of,
    page_of,
    requires,
    store_of,
)

router = Router(tags=["Rejected events"])


class RejectedItem(Schema):
    """An event that could not be accepted, and why."""

    id: int
    state: RejectedState
    field: str = Field(description="What is wrong with it: the field.", examples=["timestamp"])
    reason: str = Field(description="What is wrong with it, and what was expected.")
    sent_as: str = Field(description="The call that it came through.", examples=["track"])
    body: str = Field(description="The event as it came, which need not be JSON.")
    source_id: int | None
    received_at: AwareDatetime
    settled_at: AwareDatetime | None = Field(description="When it was replayed or discarded.")
    settled_by: str = Field(description="Who did it; empty while it is open.")


class RejectedQuery(Schema):
    state: RejectedState | None = Field(None, description="Only those in this state.")


class Replay(Input):
    event: dict[str, Any] | None = Field(
        None,
        description="The event as mended; left out: as it came.",
        examples=[{"event": "Order Completed", "userId": "u-42"}],
    )


@router.get(
    "/rejected-events",
    operation_id="list_rejected_events",
    summary="List rejected events",
    response=Page[RejectedItem],
    auth=requires("events.read"),
)
def list_rejected_events(
    request: ApiRequest, only: Query[RejectedQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """The rejected events of the store, the newest first."""
    return page_of(rejected_events_of(store_of(request), state=only.state or ""), query)


@router.post(
    "/rejected-events/{rejected_id}/replay",
    operation_id="replay_rejected_event",
    summary="Replay a rejected event",
    response=RejectedItem,
    auth=requires("events.mend"),
)
def replay_rejected_event(
    request: ApiRequest, rejected_id: Id, replay: Body[Replay | None] = None
) -> RejectedEvent:
    """Take the event in after all, as it came or as mended. 422 when it still cannot be accepted."""
    return replay_rejected(
        rejected_event_of(store_of(request), rejected_id),
        body=json.dumps(replay.event) if replay and replay.event is not None else "",
        actor=actor_of(request),
    )


@router.post(
    "/rejected-events/{rejected_id}/discard",
    operation_id="discard_rejected_event",
    summary="Discard a rejected event",
    response=RejectedItem,
    auth=requires("events.mend"),
)
def discard_rejected_event(request: ApiRequest, rejected_id: Id) -> RejectedEvent:
    """Put the event aside; it can be restored."""
    return discard_rejected(rejected_event_of(store_of(request), rejected_id), actor=actor_of(request))


@router.post(
    "/rejected-events/{rejected_id}/restore",
    operation_id="restore_rejected_event",
    summary="Restore a discarded event",
    response=RejectedItem,
    auth=requires("events.mend"),
)
def restore_rejected_event(request: ApiRequest, rejected_id: Id) -> RejectedEvent:
    """Open a discarded event again."""
    return restore_rejected(rejected_event_of(store_of(request), rejected_id), actor=actor_of(request))
