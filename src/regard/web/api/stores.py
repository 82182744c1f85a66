"""The store itself and its audit log, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.domain.audit import Wanted, audit_entries_of
from regard.core.edges.api import ApiRequest, Page, PageQuery, Router, Text, page_of, requires, store_of
from regard.core.models import Store

router = Router(tags=["Store"])


class StoreItem(Schema):
    """The store that the API key belongs to."""

    slug: str = Field(description="Its short name, as in the pages' addresses.", examples=["acme"])
    name: str = Field(examples=["Acme"])
    currency: str = Field(description="ISO 4217; money is reported in it.", examples=["EUR"])
    time_zone: str = Field(description="Days are cut in it.", examples=["Europe/Berlin"])
    language: str = Field(examples=["en"])
    country: str = Field(
        description="ISO 3166: how phone numbers without a prefix are read.", examples=["DE"]
    )
    event_retention_months: int | None = Field(description="Months that events are kept; null: for ever.")
    created_at: AwareDatetime


class AuditItem(Schema):
    """Something that was done, and by whom."""

    id: int
    at: AwareDatetime
    actor: str = Field(
        description="An e-mail, `key:` and an API key's name, `cli` or `system`.", examples=["key:ERP"]
    )
    action: str = Field(examples=["member.invited"])
    target: str = Field(description="What it was done to.", examples=["ann@example.com"])
    detail: dict[str, Any] = Field(
        description="What else is known of it. `changes` holds by field what was `before` and is `after`.",
        examples=[{"changes": {"role": {"before": "agent", "after": "manager"}}}],
    )


class AuditQuery(Schema):
    action: Text = Field("", max_length=60, description="Only this action.", examples=["member.invited"])
    actor: Text = Field("", max_length=320, description="Only what this one did.")
    target: Text = Field(
        "",
        max_length=320,
        description="Only what was done to things whose name begins so.",
        examples=["ann@example.com"],
    )
    since: AwareDatetime | None = Field(None, description="Only what was done then or later.")
    before: AwareDatetime | None = Field(None, description="Only what was done earlier.")


@router.get(
    "/store",
    operation_id="get_store",
    summary="Get the store",
    response=StoreItem,
    auth=requires("store.read"),
)
def get_store(request: ApiRequest) -> Store:
    """The store that the API key belongs to."""
    return store_of(request)


@router.get(
    "/audit",
    operation_id="list_audit_entries",
    summary="List the audit log",
    response=Page[AuditItem],
    auth=requires("audit.read"),
)
def list_audit_entries(
    request: ApiRequest, only: Query[AuditQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """Who did what in the store, the latest first."""
    return page_of(audit_entries_of(store_of(request), Wanted(**only.model_dump())), query)
