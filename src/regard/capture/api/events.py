"""The event log, over JSON."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.capture.domain.events import event_of
from regard.capture.domain.searching import search_events
from regard.capture.models import Event
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Moment,
    Page,
    PageQuery,
    Router,
    Text,
    answer_page,
    requires,
    store_of,
)

router = Router(tags=["Events"])

EventType = Literal["track", "identify", "page", "screen", "group", "alias", "fact"]


class EventItem(Schema):
    """One line of the log."""

    id: int = Field(description="Grows in the order of the log.")
    type: EventType = Field(description="`fact`: recorded by Regard itself.")
    name: str = Field(description="What happened.", examples=["Order Completed"])
    user_id: str | None = Field(description="The shop's id of the customer.", examples=["u-42"])
    anonymous_id: str | None = Field(description="The id of the browser.")
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    source_id: int | None = Field(description="Null for what Regard recorded itself or an import brought.")
    history: bool = Field(description="Whether an import brought it; history never causes a message.")
    key: UUID = Field(description="The idempotency key: an event of the same key changes nothing.")
    body: dict[str, Any] = Field(description="The event as it came in.")


class EventQuery(Schema):
    type: EventType | None = Field(None, description="Only this type.")
    name: Text = Field("", max_length=200, description="Only this name.", examples=["Order Completed"])
    user_id: Text = Field("", max_length=500, description="Only this customer, by the shop's id.")
    source_id: Id | None = Field(None, description="Only what this source sent.")
    history: bool | None = Field(None, description="Only what an import brought, or only what it did not.")
    after: Moment | None = Field(None, description="Only what was received at this time or later.")
    before: Moment | None = Field(None, description="Only what was received before this time.")


@router.get(
    "/events",
    operation_id="list_events",
    summary="List events",
    response=Page[EventItem],
    auth=requires("events.read"),
)
def list_events(request: ApiRequest, only: Query[EventQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The events of the store, the newest first.

    A filter is looked for as far back as a second allows: a page may hold fewer than asked for, or none, and still
    have a `next` that goes on from there. With `after` or `before` there is less to look through.
    """
    found = search_events(
        store_of(request),
        type_=only.type or "",
        name=only.name,
        user_id=only.user_id,
        source_id=only.source_id,
        history=only.history,
        received_from=only.after,
        received_before=only.before,
        cursor=query.cursor,
        limit=query.limit,
    )
    return answer_page(found.page)


@router.get(
    "/events/{event_id}",
    operation_id="get_event",
    summary="Get an event",
    response=EventItem,
    auth=requires("events.read"),
)
def get_event(request: ApiRequest, event_id: Id) -> Event:
    """One event of the log."""
    return event_of(store_of(request), event_id)
