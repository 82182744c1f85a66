"""What a customer did, over JSON. The customers themselves are shown with their health, see web."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Query, Schema

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, requires, store_of
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.timeline import timeline_for_viewer

router = Router(tags=["Customers"])


class TimelineItem(Schema):
    """Something that a customer did, or that happened to them."""

    event_id: int = Field(alias="event.id", description="The event in the log.")
    type: str = Field(alias="event.type", examples=["track"])
    name: str = Field(alias="event.name", examples=["Order Completed"])
    occurred_at: datetime = Field(alias="event.occurred_at")
    history: bool = Field(alias="event.history", description="Whether an import brought it.")
    words: str = Field(description="What it was, in words.", examples=["Order 1001 completed, 49.00 EUR"])
    note: str = Field(description="What could not be used of it, and why; empty: nothing.")
    body: dict[str, Any] = Field(alias="event.body", description="The event as it came in.")


@router.get(
    "/customers/{customer_id}/timeline",
    operation_id="list_timeline",
    summary="List what happened to a customer",
    response=Page[TimelineItem],
    auth=requires("customers.read"),
)
def list_timeline(request: ApiRequest, customer_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The events of a customer, the latest first. Events that are past their retention leave a page short."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    entries, following = timeline_for_viewer(
        store=store, customer_id=customer.pk, cursor=query.cursor, limit=query.limit
    )
    return {"items": entries, "next": following or None}
