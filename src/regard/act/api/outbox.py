"""The outbox, over JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.act.api.holds import HoldItem
from regard.act.domain.outbox_control import (
    OutboxView,
    cancel_send,
    outbox_for_viewer,
    resume_sending,
    retry_failed_sends,
    retry_send,
    send_for_viewer,
    sends_for_viewer,
    stop_sending,
)
from regard.act.models import Purpose, Send, SendState
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.core.edges.problems import Problem

router = Router(tags=["Outbox"])


class SendItem(Schema):
    """A message that goes out, went out, or could not."""

    id: int
    state: SendState
    channel: str = Field(examples=["email"])
    recipient: str = Field(examples=["ann@example.com"])
    purpose: Purpose = Field(description="Marketing needs consent, and keeps quiet hours and the cap.")
    customer_id: int | None = Field(description="Whom it is about; null: nobody.")
    intent: str = Field(description="Why it is sent.", examples=["alert"])
    instance: str = Field(description="What it is about; one message a recipient, intent and instance.")
    subject: str
    attempts: int
    last_error: str = Field(description="Why the last attempt failed, or why it waits or is suppressed.")
    priority: int = Field(description="Of marketing that competes for a customer, the higher goes first.")
    topic: str = Field(description="Of marketing, what it is about.")
    may_wait_until: AwareDatetime | None = Field(description="Marketing that waits longer is dropped.")
    template_version: str = Field(
        description="The template that it was made of, and its version; empty: of none.",
        examples=["welcome-1, 3"],
    )
    message_id: str = Field(description="The same for every attempt.")
    created_at: AwareDatetime
    due_at: AwareDatetime = Field(description="When it is tried next, or was last.")
    sent_at: AwareDatetime | None


class SendQuery(Schema):
    state: SendState | None = Field(None, description="Only those in this state.")
    purpose: Purpose | None = Field(None, description="Only those of this purpose.")
    channel: Text = Field("", max_length=20, description="Only those on this channel.", examples=["email"])


class Sending(Schema):
    """How sending goes in the store."""

    stopped_at: AwareDatetime | None = Field(description="Null: messages go out.")
    stopped_by: str
    holds: list[HoldItem] = Field(description="Marketing that ran away and waits for a decision.")
    capped: bool = Field(description="Whether as much was sent in this hour as may be.")
    counts: dict[str, int] = Field(description="How many messages are queued, being sent, and failed.")


@router.get(
    "/sends",
    operation_id="list_sends",
    summary="List messages",
    response=Page[SendItem],
    auth=requires("alerts.read"),
)
def list_sends(request: ApiRequest, only: Query[SendQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The messages of the store, the newest first."""
    return answer_page(
        sends_for_viewer(
            store=store_of(request),
            state=only.state or "",
            purpose=only.purpose or "",
            channel=only.channel,
            cursor=query.cursor,
            limit=query.limit,
        )
    )


@router.post(
    "/sends/{send_id}/retry",
    operation_id="retry_send",
    summary="Send a failed message again",
    response=SendItem,
    auth=requires("alerts.handle"),
)
def send_again(request: ApiRequest, send_id: Id) -> Send:
    """Queue a failed message anew. 422 for one that has not failed."""
    send = send_for_viewer(store_of(request), send_id)
    if not retry_send(send, actor=actor_of(request)):
        raise Problem(422, _("Only a failed message can be sent again; this one has not failed."))
    return send


class Retried(Schema):
    retried: int = Field(description="How many messages were queued anew.")


@router.post(
    "/sends/retry-failed",
    operation_id="retry_failed_sends",
    summary="Send all failed messages again",
    response=Retried,
    auth=requires("alerts.handle"),
)
def send_all_again(request: ApiRequest) -> dict[str, int]:
    """Queue every failed message of the store anew."""
    return {"retried": retry_failed_sends(store_of(request), actor=actor_of(request))}


@router.get(
    "/sends/{send_id}",
    operation_id="get_send",
    summary="Get a message",
    response=SendItem,
    auth=requires("alerts.read"),
)
def get_send(request: ApiRequest, send_id: Id) -> Send:
    """One message."""
    return send_for_viewer(store_of(request), send_id)


@router.post(
    "/sends/{send_id}/cancel",
    operation_id="cancel_send",
    summary="Cancel a message",
    response=SendItem,
    auth=requires("alerts.handle"),
)
def call_off(request: ApiRequest, send_id: Id) -> Send:
    """Never send a message that waits or has failed. 422 for one that is on its way or gone."""
    send = send_for_viewer(store_of(request), send_id)
    if not cancel_send(send, actor=actor_of(request)):
        raise Problem(422, _("Only a message that waits or has failed can be cancelled."))
    return send


@router.get(
    "/sending",
    operation_id="get_sending",
    summary="Get how sending goes",
    response=Sending,
    auth=requires("alerts.read"),
)
def get_sending(request: ApiRequest) -> OutboxView:
    """Whether the store sends, and how many messages are in each state."""
    return outbox_for_viewer(store_of(request))


@router.post(
    "/sending/stop",
    operation_id="stop_sending",
    summary="Stop all sending",
    response=Sending,
    auth=requires("store.manage"),
)
def halt(request: ApiRequest) -> OutboxView:
    """From now on nothing more of this store goes out, until sending is resumed."""
    stop_sending(store_of(request), actor=actor_of(request))
    return outbox_for_viewer(store_of(request))


@router.post(
    "/sending/resume",
    operation_id="resume_sending",
    summary="Resume sending",
    response=Sending,
    auth=requires("store.manage"),
)
def resume(request: ApiRequest) -> OutboxView:
    """Let the store send again; what has been queued meanwhile goes out."""
    resume_sending(store_of(request), actor=actor_of(request))
    return outbox_for_viewer(store_of(request))
