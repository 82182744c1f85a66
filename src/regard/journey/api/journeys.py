"""Journeys, over JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.journey.domain.definition.reading import read_definition
from regard.journey.domain.explaining import Explained, explain_journeys
from regard.journey.domain.handling import put_in, take_out
from regard.journey.domain.history import Reach, reach_of
from regard.journey.domain.journeys import (
    definition_of,
    pause_journey,
    save_journey,
    switch_off,
    switch_on,
)
from regard.journey.domain.queries import (
    Detail,
    detail_of,
    enrolments_for_viewer,
    journey_for_viewer,
    journeys_for_viewer,
    overviews,
)
from regard.journey.models import Enrolment, EnrolmentState, JourneyState
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Journeys"])


class JourneyItem(Schema):
    """What is done for customers, step by step, after something has happened."""

    key: str = Field(alias="journey.key")
    name: str = Field(alias="journey.name")
    description: str = Field(alias="journey.description")
    state: JourneyState = Field(alias="journey.state")
    holdout: int = Field(alias="journey.holdout", description="Percent of customers who get nothing.")
    is_playbook: bool = Field(alias="journey.is_playbook")
    entered: int
    inside: int
    goal: int = Field(description="Who left since they reached its goal.")
    held_out: int
    sent: int = Field(description="Messages and other acts.")


class JourneyDetail(JourneyItem):
    """A journey with all that it says."""

    version: int = Field(alias="journey.current.number")
    definition: dict[str, Any] = Field(alias="journey.current.definition", description="As in its YAML form.")
    steps: dict[str, dict[str, int]] = Field(
        description="By the id of each step how many came there, ended there and so on."
    )


class Definition(Input):
    definition: dict[str, Any] = Field(description="As in its YAML form; `journey` is its key.")


class StateChange(Input):
    state: Literal["on", "paused", "off"] = Field(description="What it is to be.")


class ReachItem(Schema):
    """What would have come of a journey in the last days, had it been on."""

    entered: int
    customers: int
    days: int
    by_day: dict[str, int]
    is_cut: bool = Field(description="There was more than is looked at.")
    is_now: bool = Field(description="No past was asked, but who is in the segment now.")


class EnrolmentItem(Schema):
    """A customer's way through a journey."""

    id: int
    customer_id: int = Field(alias="identity.customer_id")
    version: int = Field(alias="version.number")
    instance: str = Field(description="The order, cart or the like that it is about.")
    state: EnrolmentState
    step: str
    wake_at: AwareDatetime | None
    entered_at: AwareDatetime
    ended_at: AwareDatetime | None
    reason: str


class EnrolmentQuery(Schema):
    state: EnrolmentState | None = Field(None, description="Only those in this state.")
    step: Text = Field("", max_length=60, description="Only those who are at this step.")


class Customers(Input):
    customer_ids: list[Id] = Field(min_length=1, max_length=1_000, description="Our ids of them.")


class PutIn(Schema):
    outcomes: dict[str, int] = Field(
        description="By outcome how many customers: entered, held_out, inside, too_soon and so on."
    )
    unknown: list[int] = Field(description="The ids that no customer of the store has any more, or ever had.")


class ExplainedLine(Schema):
    at: datetime
    said: str


class ExplainedItem(Schema):
    """What came of a journey for a customer, and why."""

    journey_key: str
    journey: str
    at: datetime
    verdict: str
    lines: list[ExplainedLine]


@router.get(
    "/journeys", operation_id="list_journeys", summary="List journeys", response=Page[JourneyItem],
    auth=requires("journeys.read"),
)  # fmt: skip
def list_journeys(request: ApiRequest) -> dict[str, Any]:
    """All journeys of the store, by name, on one page."""
    return {"items": overviews(journeys_for_viewer(store_of(request))), "next": None}


@router.get(
    "/journeys/{key}", operation_id="get_journey", summary="Get a journey", response=JourneyDetail,
    auth=requires("journeys.read"),
)  # fmt: skip
def get_journey(request: ApiRequest, key: str) -> Detail:
    """A journey with its current definition, and how many came to each step."""
    return detail_of(journey_for_viewer(store_of(request), key))


@router.put(
    "/journeys", operation_id="save_journey", summary="Save a journey", response=JourneyDetail,
    auth=requires("journeys.manage"),
)  # fmt: skip
def put_journey(request: ApiRequest, body: Definition) -> Detail:
    """Keep a journey by its key: a new one as a draft, another as a new version if anything in it changed."""
    store = store_of(request)
    saved = save_journey(store, read_definition(body.definition), actor=actor_of(request))
    return detail_of(journey_for_viewer(store, saved.key))


@router.put(
    "/journeys/{key}/state", operation_id="change_journey_state", summary="Switch a journey",
    response=JourneyDetail, auth=requires("journeys.manage"),
)  # fmt: skip
def change_journey_state(request: ApiRequest, key: str, body: StateChange) -> Detail:
    """Switch a journey on or off, or pause it. On, it must be free of problems; all of them are told."""
    journey = journey_for_viewer(store_of(request), key)
    changes: dict[str, Callable[..., None]] = {"on": switch_on, "paused": pause_journey, "off": switch_off}
    changes[body.state](journey, actor=actor_of(request))
    return detail_of(journey)


@router.get(
    "/journeys/{key}/reach", operation_id="get_journey_reach", summary="Ask who would have entered",
    response=ReachItem, auth=requires("journeys.read"),
)  # fmt: skip
def get_journey_reach(request: ApiRequest, key: str) -> Reach:
    """Who would have entered in the last ninety days, by the events of that time and customers as they are now."""
    store = store_of(request)
    return reach_of(store, definition_of(journey_for_viewer(store, key)))


@router.get(
    "/journeys/{key}/people", operation_id="list_journey_people", summary="List who is in a journey",
    response=Page[EnrolmentItem], auth=requires("journeys.read"),
)  # fmt: skip
def list_journey_people(
    request: ApiRequest, key: str, only: Query[EnrolmentQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """Those who are or were in a journey, the latest first."""
    journey = journey_for_viewer(store_of(request), key)
    page = enrolments_for_viewer(
        journey, state=only.state or "", step=only.step, cursor=query.cursor, limit=query.limit
    )
    return answer_page(page)


@router.post(
    "/journeys/{key}/people", operation_id="put_into_journey", summary="Put customers into a journey",
    response=PutIn, auth=requires("journeys.manage"),
)  # fmt: skip
def put_into_journey(request: ApiRequest, key: str, body: Customers) -> dict[str, Any]:
    """As far as its rules let them in: conditions, cooldown and the share that is held out hold here too."""
    journey = journey_for_viewer(store_of(request), key)
    judged = put_in(journey, body.customer_ids, actor=actor_of(request))
    found = {one.candidate.customer_id for one in judged}
    return {
        "outcomes": Counter(one.outcome.value for one in judged),
        "unknown": [
            customer_id for customer_id in dict.fromkeys(body.customer_ids) if customer_id not in found
        ],
    }


@router.delete(
    "/journeys/people/{enrolment_id}", operation_id="take_out_of_journey",
    summary="Take a customer out of a journey", response={204: None}, auth=requires("journeys.manage"),
)  # fmt: skip
def take_out_of_journey(request: ApiRequest, enrolment_id: Id) -> Status[None]:
    """Their way ends where they are; messages that were queued already are left."""
    store = store_of(request)
    found = Enrolment.objects.get(store=store, pk=enrolment_id)
    take_out(store, [found.pk], actor=actor_of(request))
    return Status(204, None)


@router.get(
    "/customers/{customer_id}/journeys", operation_id="explain_journeys",
    summary="Explain what journeys did for a customer", response=list[ExplainedItem],
    auth=requires("journeys.read"),
)  # fmt: skip
def explain_for_customer(request: ApiRequest, customer_id: Id) -> list[Explained]:
    """For each journey that the customer was in, or might have entered, what came of it and why."""
    store = store_of(request)
    return explain_journeys(store, customer_for_viewer(store, customer_id).pk)
