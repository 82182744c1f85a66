"""Marketing that is held since it ran away, over JSON."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.act.domain.holds import HoldView, drop_held, hold_for_viewer, holds_for_viewer, release_held
from regard.core.edges.api import ApiRequest, Id, Input, Router, actor_of, requires, store_of
from regard.core.edges.problems import Problem

router = Router(tags=["Outbox"])


class HoldItem(Schema):
    """Marketing of which nothing leaves until somebody decides."""

    id: int
    origin: str = Field(
        description="Why the messages are sent, as their intent says; empty: all marketing of the store.",
        examples=["journey:win-back"],
    )
    held: int = Field(description="How many messages wait for the decision.")
    limit: int = Field(description="How many leave in an hour unasked.")
    held_at: AwareDatetime
    words: str = Field(description="The same as a sentence.")


class Holds(Schema):
    """All that is held."""

    items: list[HoldItem]


class Release(Input):
    most: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Only so many of them, the higher priority first; what comes later stays held. Null: all.",
    )


class Decided(Schema):
    count: int = Field(description="How many messages that concerns.")


@router.get(
    "/sending/holds",
    operation_id="list_sending_holds",
    summary="List marketing that is held",
    response=Holds,
    auth=requires("alerts.read"),
)
def list_holds(request: ApiRequest) -> dict[str, list[HoldView]]:
    """What ran away and waits for a decision, the oldest first."""
    return {"items": holds_for_viewer(store_of(request))}


@router.post(
    "/sending/holds/{hold_id}/release",
    operation_id="release_sending_hold",
    summary="Let held marketing go",
    response=Decided,
    auth=requires("journeys.manage"),
)
def release(request: ApiRequest, hold_id: Id, wanted: Release) -> dict[str, int]:
    """All of it, or some. When each may leave is asked again. 404 where nothing is held any more."""
    hold = hold_for_viewer(store_of(request), hold_id)
    return _told(release_held(hold, actor=actor_of(request), most=wanted.most))


@router.post(
    "/sending/holds/{hold_id}/drop",
    operation_id="drop_sending_hold",
    summary="Drop held marketing",
    response=Decided,
    auth=requires("journeys.manage"),
)
def drop(request: ApiRequest, hold_id: Id) -> dict[str, int]:
    """Never send it. 404 where nothing is held any more."""
    return _told(drop_held(hold_for_viewer(store_of(request), hold_id), actor=actor_of(request)))


def _told(count: int | None) -> dict[str, int]:
    if count is None:
        raise Problem(422, _("Somebody else has decided of these messages meanwhile."))
    return {"count": count}
