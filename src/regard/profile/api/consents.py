"""What marketing customers allow, over JSON."""

from __future__ import annotations

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Input, Router, Text, actor_of, requires, store_of
from regard.profile.domain.consents import ConsentState, consents_of, tell_consent
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Customers"])


class ConsentItem(Schema):
    """How a customer stands to marketing on a channel."""

    channel: str = Field(examples=["email"])
    given: bool | None = Field(description="null: nothing was ever said, which is no consent.")
    told_at: AwareDatetime | None
    is_pending: bool = Field(description="Given, and counts only once it is confirmed.")
    origin: str = Field(description="Where it was said: an event, a trait, a form, import or person.")


class ConsentChange(Input):
    channel: Text = Field(description="email, sms, phone, push, whatsapp or post.", examples=["email"])
    given: bool = Field(description="Whether they allow it.")


@router.get(
    "/customers/{customer_id}/consents",
    operation_id="list_consents",
    summary="List what marketing a customer allows",
    response=list[ConsentItem],
    auth=requires("customers.read"),
)
def list_consents(request: ApiRequest, customer_id: Id) -> list[ConsentState]:
    """All channels, each with what was said last."""
    store = store_of(request)
    return consents_of(store, customer_for_viewer(store, customer_id).pk)


@router.post(
    "/customers/{customer_id}/consents",
    operation_id="change_consent",
    summary="Note what marketing a customer allows",
    response=list[ConsentItem],
    auth=requires("customers.change"),
)
def change_consent(request: ApiRequest, customer_id: Id, body: ConsentChange) -> list[ConsentState]:
    """For what a customer told somebody of the store. It counts at once; gives all channels."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    tell_consent(
        store=store, customer=customer, channel=body.channel, given=body.given, actor=actor_of(request)
    )
    return consents_of(store, customer.pk)
