"""Addresses that are not written to, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.act.domain.suppression import (
    allow_address,
    suppressed_address_for_viewer,
    suppressed_addresses_for_viewer,
)
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Page,
    PageQuery,
    Router,
    actor_of,
    answer_page,
    requires,
    store_of,
)

router = Router(tags=["Outbox"])


class SuppressedItem(Schema):
    """An address to which nothing more is sent, since its receiver refused it for good."""

    id: int
    channel: str = Field(examples=["email"])
    address: str = Field(description="Empty once its owner is erased.", examples=["ann@example.com"])
    reason: str = Field(description="What the receiver said.", examples=["550 5.1.1 no such mailbox"])
    suppressed_at: AwareDatetime


@router.get(
    "/suppressed-addresses",
    operation_id="list_suppressed_addresses",
    summary="List addresses that are not written to",
    response=Page[SuppressedItem],
    auth=requires("alerts.read"),
)
def list_suppressed(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The latest first."""
    page = suppressed_addresses_for_viewer(store=store_of(request), cursor=query.cursor, limit=query.limit)
    return answer_page(page)


@router.delete(
    "/suppressed-addresses/{suppressed_id}",
    operation_id="allow_address",
    summary="Write to an address again",
    response={204: None},
    auth=requires("alerts.handle"),
)
def allow(request: ApiRequest, suppressed_id: Id) -> Status[None]:
    """Take an address from the list. What was held back meanwhile waits for `retry_send`."""
    allow_address(suppressed_address_for_viewer(store_of(request), suppressed_id), actor=actor_of(request))
    return Status(204, None)
