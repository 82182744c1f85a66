"""Parked events, over JSON. Mounted here because a replay takes them through the whole pipeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard import pipeline
from regard.capture.domain.parked import parked_event_of, parked_events_of, retry_all_parked, retry_parked
from regard.capture.domain.reader import StageFailed
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Page,
    PageQuery,
    Router,
    actor_of,
    page_of,
    requires,
    store_of,
)
from regard.core.edges.problems import Problem

router = Router(tags=["Parked events"])


class ParkedItem(Schema):
    """An accepted event that Regard failed to take through the pipeline; those after it went on."""

    id: int
    event_id: int = Field(description="The event in the log.")
    stage: str = Field(description="Where it failed.", examples=["orders"])
    error: str = Field(description="How it failed.")
    parked_at: AwareDatetime


class ReplayedItem(Schema):
    """What became of parked events."""

    passed: int = Field(description="How many have passed the pipeline now.")
    parked: int = Field(description="How many still fail.")


@router.get(
    "/parked-events",
    operation_id="list_parked_events",
    summary="List parked events",
    response=Page[ParkedItem],
    auth=requires("events.read"),
)
def list_parked_events(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The parked events of the store, the newest first."""
    return page_of(parked_events_of(store_of(request)), query)


@router.post(
    "/parked-events/{parked_id}/replay",
    operation_id="replay_parked_event",
    summary="Replay a parked event",
    response={204: None},
    auth=requires("events.mend"),
)
def replay_parked_event(request: ApiRequest, parked_id: Id) -> Status[None]:
    """Take the event through the pipeline again. 422 when it still fails; then it stays parked."""
    parked = parked_event_of(store_of(request), parked_id)
    try:
        retry_parked(parked, stages=pipeline.STAGES, actor=actor_of(request))
    except StageFailed as failure:
        said = _("The event still fails at the stage “%(stage)s”: %(error)s")
        raise Problem(422, said % {"stage": failure.stage, "error": failure.error}) from failure
    return Status(204, None)


@router.post(
    "/parked-events/replay",
    operation_id="replay_parked_events",
    summary="Replay all parked events",
    response=ReplayedItem,
    auth=requires("events.mend"),
)
def replay_parked_events(request: ApiRequest) -> ReplayedItem:
    """Take all parked events of the store through the pipeline again. Those that still fail stay parked."""
    passed, parked = retry_all_parked(
        store=store_of(request), stages=pipeline.STAGES, actor=actor_of(request)
    )
    return ReplayedItem(passed=passed, parked=parked)
