"""API keys, over JSON."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.core.domain.keys import api_key_of, api_keys_of, create_api_key, revoke_api_key
from regard.core.domain.permissions import PERMISSIONS
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

router = Router(tags=["API keys"])


Scope = Annotated[Text, Field(json_schema_extra={"enum": sorted(PERMISSIONS)})]


class KeyItem(Schema):
    """Lets a program use this API. Its token is shown when it is made."""

    id: int
    name: str = Field(examples=["ERP"])
    hint: str = Field(description="How its token begins.", examples=["rk_Ab12Cd"])
    scopes: list[str] = Field(examples=[["customers.read"]])
    created_at: AwareDatetime
    last_used_at: AwareDatetime | None = Field(description="Exact to five minutes; null: never.")
    revoked_at: AwareDatetime | None = Field(description="Null while it works.")


class NewKey(Input):
    name: Text = Field(
        min_length=1,
        max_length=100,
        description="Shown in the audit log as `key:` and this.",
        examples=["ERP"],
    )
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=50,
        description="What it may do; each must be a scope of the key that makes it.",
        examples=[["customers.read"]],
    )


class KeyWithToken(KeyItem):
    token: str = Field(description="Shown this once; keep it safe.", examples=["rk_…"])


@router.get(
    "/api-keys",
    operation_id="list_api_keys",
    summary="List the API keys",
    response=Page[KeyItem],
    auth=requires("keys.manage"),
)
def list_api_keys(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The API keys of the store, the newest first, revoked ones too."""
    return page_of(api_keys_of(store_of(request)), query)


@router.post(
    "/api-keys",
    operation_id="create_api_key",
    summary="Create an API key",
    response={201: KeyWithToken},
    auth=requires("keys.manage"),
)
def add_api_key(request: ApiRequest, new: NewKey) -> dict[str, Any]:
    """A new key, with its token. It can have no scope that the key used here lacks."""
    key, token = create_api_key(
        store=store_of(request),
        name=new.name,
        scopes=new.scopes,
        within=request.auth.scopes,
        actor=actor_of(request),
    )
    return {**KeyItem.model_validate(key).model_dump(), "token": token}


@router.delete(
    "/api-keys/{key_id}",
    operation_id="revoke_api_key",
    summary="Revoke an API key",
    response={204: None},
    auth=requires("keys.manage"),
)
def end_api_key(request: ApiRequest, key_id: Id) -> Status[None]:
    """The key stops working at once. Revoking it twice changes nothing."""
    revoke_api_key(api_key_of(store_of(request), key_id), actor=actor_of(request))
    return Status(204, None)
