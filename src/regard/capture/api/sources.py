"""Sources of events and their write keys, over JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Query, Schema, Status

from regard.capture.domain.sources import (
    DEFAULT_EVENTS_PER_SECOND,
    create_source,
    create_write_key,
    revoke_write_key,
    source_of,
    sources_of,
    write_key_of,
    write_keys_of,
)
from regard.capture.models import Source, WriteKey
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    page_of,
    requires,
    store_of,
)

router = Router(tags=["Sources"])
MOST_EVENTS_PER_SECOND = 1_000_000


class SourceItem(Schema):
    """Where events come from."""

    id: int
    name: str = Field(examples=["Web shop"])
    created_at: datetime


class NewSource(Input):
    name: Text = Field(
        min_length=1, max_length=100, description="Unique in the store.", examples=["Web shop"]
    )


class WriteKeyItem(Schema):
    """Lets a source send events. Its token is shown when it is made."""

    id: int
    events_per_second: int = Field(description="How many events a second it may send.")
    created_at: datetime
    revoked_at: datetime | None = Field(description="Null while it works.")


class NewWriteKey(Input):
    events_per_second: int = Field(
        DEFAULT_EVENTS_PER_SECOND,
        ge=1,
        le=MOST_EVENTS_PER_SECOND,
        description="How many events a second it may send.",
    )


class WriteKeyWithToken(WriteKeyItem):
    token: str = Field(description="What the source sends its events with.", examples=["rw_…"])


@router.get(
    "/sources",
    operation_id="list_sources",
    summary="List the sources",
    response=Page[SourceItem],
    auth=requires("sources.read"),
)
def list_sources(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The sources of the store, the newest first."""
    return page_of(sources_of(store_of(request)), query)


@router.post(
    "/sources",
    operation_id="create_source",
    summary="Create a source",
    response={201: SourceItem},
    auth=requires("sources.manage"),
)
def add_source(request: ApiRequest, new: NewSource) -> Source:
    """A new source. It needs a write key before it can send."""
    return create_source(store=store_of(request), name=new.name, actor=actor_of(request))


@router.get(
    "/sources/{source_id}/write-keys",
    operation_id="list_write_keys",
    summary="List the write keys of a source",
    response=Page[WriteKeyItem],
    auth=requires("sources.read"),
)
def list_write_keys(request: ApiRequest, source_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The write keys of a source, the newest first, revoked ones too."""
    return page_of(write_keys_of(source_of(store_of(request), source_id)), query)


@router.post(
    "/sources/{source_id}/write-keys",
    operation_id="create_write_key",
    summary="Create a write key",
    response={201: WriteKeyWithToken},
    auth=requires("sources.manage"),
)
def add_write_key(request: ApiRequest, source_id: Id, new: NewWriteKey) -> dict[str, Any]:
    """A new write key of a source, with its token."""
    source = source_of(store_of(request), source_id)
    key, token = create_write_key(
        source=source, events_per_second=new.events_per_second, actor=actor_of(request)
    )
    return {**_item(key), "token": token}


@router.delete(
    "/write-keys/{key_id}",
    operation_id="revoke_write_key",
    summary="Revoke a write key",
    response={204: None},
    auth=requires("sources.manage"),
)
def end_write_key(request: ApiRequest, key_id: Id) -> Status[None]:
    """The key stops working within seconds. Revoking it twice changes nothing."""
    revoke_write_key(write_key_of(store_of(request), key_id), actor=actor_of(request))
    return Status(204, None)


def _item(key: WriteKey) -> dict[str, Any]:
    return WriteKeyItem.model_validate(key).model_dump()
