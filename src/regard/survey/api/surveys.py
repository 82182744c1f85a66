"""Surveys, over JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Input, Page, Router, actor_of, requires, store_of
from regard.survey.domain.definition.reading import read_definition
from regard.survey.domain.queries import Overview, overviews, survey_for_viewer, surveys_for_viewer
from regard.survey.domain.surveys import end_survey, pause_survey, publish_survey, resume_survey, save_draft
from regard.survey.models import Survey, SurveyState

router = Router(tags=["Surveys"])


class SurveyItem(Schema):
    """What customers are asked."""

    key: str = Field(alias="survey.key")
    name: str = Field(alias="survey.name")
    state: SurveyState = Field(alias="survey.state")
    asked: int = Field(description="Who was invited.")
    answered: int = Field(description="Of these, who gave an answer at least.")
    answers: int = Field(description="Sittings with an answer, by whatever way somebody came.")
    complete: int = Field(description="Of these, which came to the end.")
    last_at: AwareDatetime | None = Field(description="Of the last answer.")


class SurveyDetail(SurveyItem):
    """A survey with all that it says."""

    version: int | None = Field(description="That people are asked; null while none is published.")
    definition: dict[str, Any] | None = Field(description="Of that version, as in its YAML form.")
    draft: dict[str, Any] = Field(alias="survey.draft", description="Of the next version, in the same form.")

    @staticmethod
    def resolve_version(one: Overview) -> int | None:
        return one.survey.current.number if one.survey.current else None

    @staticmethod
    def resolve_definition(one: Overview) -> dict[str, Any] | None:
        return one.survey.current.definition if one.survey.current else None


class SurveyDefinition(Input):
    definition: dict[str, Any] = Field(description="As in its YAML form; `survey` is its key.")


class SurveyStateChange(Input):
    state: Literal["published", "live", "paused", "ended"] = Field(
        description="`published` asks what the draft says from now on; `live` goes on with the current version."
    )


@router.get(
    "/surveys", operation_id="list_surveys", summary="List surveys", response=Page[SurveyItem],
    auth=requires("surveys.read"),
)  # fmt: skip
def list_surveys(request: ApiRequest) -> dict[str, Any]:
    """All surveys of the store, by name, on one page."""
    return {"items": overviews(surveys_for_viewer(store_of(request))), "next": None}


@router.get(
    "/surveys/{key}", operation_id="get_survey", summary="Get a survey", response=SurveyDetail,
    auth=requires("surveys.read"),
)  # fmt: skip
def get_survey(request: ApiRequest, key: str) -> Overview:
    """A survey with what people are asked, and the draft of what comes next."""
    return _detail(survey_for_viewer(store_of(request), key))


@router.put(
    "/surveys", operation_id="save_survey", summary="Save a survey", response=SurveyDetail,
    auth=requires("surveys.manage"),
)  # fmt: skip
def put_survey(request: ApiRequest, body: SurveyDefinition) -> Overview:
    """Keep a survey by its key as a draft; people are asked nothing else until it is published."""
    store = store_of(request)
    saved = save_draft(store, read_definition(body.definition), actor=actor_of(request))
    return _detail(survey_for_viewer(store, saved.key))


@router.put(
    "/surveys/{key}/state", operation_id="change_survey_state", summary="Publish, pause or end a survey",
    response=SurveyDetail, auth=requires("surveys.manage"),
)  # fmt: skip
def change_survey_state(request: ApiRequest, key: str, body: SurveyStateChange) -> Overview:
    """To be published its draft must be free of problems; all of them are told."""
    survey = survey_for_viewer(store_of(request), key)
    changes: dict[str, Callable[..., object]] = {
        "published": publish_survey, "live": resume_survey, "paused": pause_survey, "ended": end_survey,
    }  # fmt: skip
    changes[body.state](survey, actor=actor_of(request))
    return _detail(survey)


def _detail(survey: Survey) -> Overview:
    return overviews([survey])[0]
