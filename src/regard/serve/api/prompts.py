"""Prompts, over JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.core import clock
from regard.core.edges.api import ApiRequest, Id, Input, Page, Router, Text, actor_of, requires, store_of
from regard.serve.domain.prompts import change_prompt, create_prompt, delete_prompt, switch_prompt
from regard.serve.domain.queries import (
    PromptFigures,
    Share,
    answers_of,
    days_of,
    figures_of,
    prompt_for_viewer,
    prompts_for_viewer,
)
from regard.serve.domain.terms import PARTS
from regard.serve.domain.written import terms_from, values_of
from regard.serve.models import Device, Kind, Place, Prompt, Trigger, Visits

router = Router(tags=["Prompts"])
MOST_DAYS = 365


class WordsOfPrompt(Input):
    title: Text = Field("", max_length=PARTS["title"], description="What visitors read first.")
    text: Text = Field("", max_length=PARTS["text"], description="What follows it.")
    button: Text = Field("", max_length=PARTS["button"], description="What is pressed to follow the link.")


class NewPrompt(Input):
    name: Text = Field(
        min_length=1, max_length=100, description="By which you know it.", examples=["Parcels"]
    )
    kind: Kind = Field(description="What appears.")
    survey: Text = Field(
        "", max_length=200, description="Key of the survey that it shows; of a message empty."
    )
    texts: dict[Text, WordsOfPrompt] = Field(
        default_factory=dict, description="Of a message, by language, such as `en`."
    )
    link: Text = Field("", max_length=500, description="Where the button leads: `https://…`, or a path.")
    included: list[Text] = Field(
        default_factory=list, max_length=20, description="Paths, in which * stands for anything; none: all."
    )
    excluded: list[Text] = Field(default_factory=list, max_length=20, description="But not on these paths.")
    device: Device = Field(Device.ANY, description="On which screens.")
    trigger: Trigger = Field(Trigger.SECONDS, description="At what it appears.")
    amount: int = Field(10, ge=0, le=3_600, description="Seconds, percent, or how many times the event.")
    event: Text = Field("", max_length=100, description="Which event, of the trigger `event`.")
    share: int = Field(100, ge=1, le=100, description="Of a hundred browsers so many.")
    visits: Visits = Field(Visits.ANY, description="In which visit.")
    again_days: int = Field(30, ge=0, le=3_650, description="So long not again in the same browser.")
    without_consent: bool = Field(
        False,
        description="Also to visitors who have not decided about consent.",
    )
    place: Place = Field(Place.CORNER, description="Where on the page.")


class PromptState(Input):
    is_on: bool = Field(description="Whether it appears in the shop.")


class PromptItem(Schema):
    """What appears on the pages of the shop, and what came of it."""

    id: int
    name: str
    is_on: bool
    kind: Kind
    survey: str = Field(description="Key of the survey that it shows; empty for none.")
    shown: int = Field(description="How often, since it was made.")
    clicked: int = Field(description="How often its button was pressed, or its survey begun.")
    closed: int = Field(description="How often it was closed before that.")


class PromptDetail(PromptItem):
    """A prompt with all that it says."""

    texts: dict[str, dict[str, str]]
    link: str
    included: list[str]
    excluded: list[str]
    device: Device
    trigger: Trigger
    amount: int
    event: str
    share: int
    visits: Visits
    again_days: int
    without_consent: bool
    place: Place
    made_at: AwareDatetime
    changed_at: AwareDatetime


class ShareOfShown(Schema):
    """Of the times that it was shown."""

    count: int
    percent: float | None = Field(description="Null while it was never shown.")
    low: float | None = Field(description="The 95 percent interval's lower end, in percent.")
    high: float | None = Field(description="Its upper end.")


class DayOfPrompt(Schema):
    day: date = Field(description="Of the store.")
    shown: int
    clicked: int
    closed: int


class ResultsOfPrompt(Schema):
    """As visitors' browsers told it, with their consent."""

    shown: int = Field(description="How often, since it was made.")
    clicked: ShareOfShown
    closed: ShareOfShown
    answers_begun: int | None = Field(
        description="Who sat down to its survey in the shop since it was made; null for a message."
    )
    answers_complete: int | None = Field(description="Of these, who came to the end.")
    days: list[DayOfPrompt] = Field(description="The earliest first; today is not over.")


class SpanQuery(Schema):
    days: int = Field(28, ge=1, le=MOST_DAYS, description="How many of the last days are told one by one.")


@dataclass(frozen=True)
class Told:
    """A prompt with its figures, as items name them."""

    prompt: Prompt
    figures: PromptFigures

    @property
    def values(self) -> dict[str, Any]:
        held = self.prompt
        return {
            "id": held.pk, "is_on": held.is_on, "made_at": held.made_at, "changed_at": held.changed_at,
            **values_of(held), **vars(self.figures),
        }  # fmt: skip


@router.get(
    "/prompts", operation_id="list_prompts", summary="List prompts", response=Page[PromptItem],
    auth=requires("surveys.read"),
)  # fmt: skip
def list_prompts(request: ApiRequest) -> dict[str, Any]:
    """All prompts of the store on one page: those that are on first, by name."""
    store = store_of(request)
    rows = prompts_for_viewer(store)
    figures = figures_of(store, rows)
    return {"items": [Told(each, figures[each.pk]).values for each in rows], "next": None}


@router.post(
    "/prompts", operation_id="create_prompt", summary="Make a prompt", response={201: PromptDetail},
    auth=requires("surveys.manage"),
)  # fmt: skip
def post_prompt(request: ApiRequest, new: NewPrompt) -> Status[dict[str, Any]]:
    """It is off until it is switched on."""
    store = store_of(request)
    made = create_prompt(store, terms_from(store, new.model_dump()), actor=actor_of(request))
    return Status(201, _detail(request, made.pk))


@router.get(
    "/prompts/{prompt_id}", operation_id="get_prompt", summary="Get a prompt", response=PromptDetail,
    auth=requires("surveys.read"),
)  # fmt: skip
def get_prompt(request: ApiRequest, prompt_id: Id) -> dict[str, Any]:
    """With all that it says, and how often it was shown, followed and closed."""
    return _detail(request, prompt_id)


@router.put(
    "/prompts/{prompt_id}", operation_id="change_prompt", summary="Change a prompt", response=PromptDetail,
    auth=requires("surveys.manage"),
)  # fmt: skip
def put_prompt(request: ApiRequest, prompt_id: Id, new: NewPrompt) -> dict[str, Any]:
    """All of it; what the body leaves out is as usual again. Visitors see it within a minute, if it is on."""
    store = store_of(request)
    found = prompt_for_viewer(store, prompt_id)
    change_prompt(found, terms_from(store, new.model_dump()), actor=actor_of(request))
    return _detail(request, prompt_id)


@router.put(
    "/prompts/{prompt_id}/state", operation_id="switch_prompt", summary="Switch a prompt on or off",
    response=PromptDetail, auth=requires("surveys.manage"),
)  # fmt: skip
def put_state(request: ApiRequest, prompt_id: Id, body: PromptState) -> dict[str, Any]:
    """On, its survey must be live with its link open, and the sites of the shop be known."""
    found = prompt_for_viewer(store_of(request), prompt_id)
    switch_prompt(found, is_on=body.is_on, actor=actor_of(request))
    return _detail(request, prompt_id)


@router.delete(
    "/prompts/{prompt_id}", operation_id="delete_prompt", summary="Delete a prompt", response={204: None},
    auth=requires("surveys.manage"),
)  # fmt: skip
def remove_prompt(request: ApiRequest, prompt_id: Id) -> Status[None]:
    """With its counts; the events that told of it stay."""
    delete_prompt(prompt_for_viewer(store_of(request), prompt_id), actor=actor_of(request))
    return Status(204, None)


@router.get(
    "/prompts/{prompt_id}/results", operation_id="get_prompt_results", summary="Get what came of a prompt",
    response=ResultsOfPrompt, auth=requires("surveys.read"),
)  # fmt: skip
def get_results(request: ApiRequest, prompt_id: Id, query: Query[SpanQuery]) -> dict[str, Any]:
    """Since it was made, and by day."""
    store = store_of(request)
    found = prompt_for_viewer(store, prompt_id)
    figures, answers = figures_of(store, [found])[found.pk], answers_of(found)
    today = clock.now().astimezone(ZoneInfo(store.time_zone)).date()
    return {
        "shown": figures.shown, "clicked": _share(figures.click_share), "closed": _share(figures.close_share),
        "answers_begun": answers.begun if answers else None,
        "answers_complete": answers.complete if answers else None,
        "days": [{"day": day, **vars(told)} for day, told in days_of(found, until=today, days=query.days)],
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {"count": share.count, "percent": share.percent, "low": low, "high": high}


def _detail(request: ApiRequest, prompt_id: int) -> dict[str, Any]:
    store = store_of(request)
    found = prompt_for_viewer(store, prompt_id)
    return Told(found, figures_of(store, [found])[found.pk]).values
