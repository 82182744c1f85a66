"""Recovery cases, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
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
from regard.task.api.tasks import customer_named, user_named
from regard.task.domain.cases import (
    LARGEST_COST,
    Recommendations,
    case_for_viewer,
    cases_for_viewer,
    change_case,
    finish_stage,
    open_case,
    recommendations_around,
    reopen_stage,
    steps_of,
)
from regard.task.domain.making import LONGEST_TEXT
from regard.task.models import CaseStage, CaseState, CaseStep, RecoveryCase

router = Router(tags=["Recovery cases"])


class CaseItem(Schema):
    """A customer who was let down and is to be won back."""

    id: int
    customer_id: int
    customer_name: str
    reason: str = Field(description="What went wrong.")
    state: CaseState
    owner: str | None = Field(description="E-mail of the member who has it.")
    cost_minor: int = Field(description="What it has cost so far, in minor units of the store's currency.")
    origin: str = Field(description="What opened it.", examples=["person", "journey:detractor-recovery"])
    key: str = Field(description="The wish that opened it; what waits for it finds it by this.")
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None

    @staticmethod
    def resolve_customer_name(case: RecoveryCase) -> str:
        return case.customer.name

    @staticmethod
    def resolve_owner(case: RecoveryCase) -> str | None:
        return case.owner.email if case.owner else None


class StageItem(Schema):
    stage: CaseStage
    due_at: AwareDatetime
    done_at: AwareDatetime | None = Field(description="Or skipped.")
    is_skipped: bool
    is_overdue: bool
    note: str = Field(description="What was done, or why it was skipped.")


class Around(Schema):
    """Recommendations, 0 to 10; null: none."""

    before: float | None = Field(description="The last one before the case was opened.")
    after: float | None = Field(description="The last one since.")


class CaseDetail(CaseItem):
    """A case with its seven stages in their order, and what the customer answered around it."""

    stages: list[StageItem]
    nps: Around

    @staticmethod
    def resolve_stages(case: RecoveryCase) -> list[CaseStep]:
        return steps_of([case])[case.pk]

    @staticmethod
    def resolve_nps(case: RecoveryCase) -> Recommendations:
        return recommendations_around(case)


class CaseQuery(Schema):
    state: CaseState | None = Field(None, description="Only those in this state.")


class Opening(Input):
    customer_id: Id = Field(description="Who was let down.")
    reason: Text = Field(
        max_length=LONGEST_TEXT, min_length=1, description="What went wrong.", examples=["A parcel was lost"]
    )
    owner: Text | None = Field(None, max_length=254, description="E-mail of a member; null: nobody.")


class Reopening(Input):
    stage: CaseStage = Field(description="Which of the seven.", examples=["solve"])


class Finishing(Reopening):
    note: Text = Field("", max_length=LONGEST_TEXT, description="What was done, or why it is skipped.")
    skip: bool = Field(False, description="Whether it is skipped, which needs a note.")


class CaseChanges(Input):
    owner: Text | None = Field(
        max_length=254, description="E-mail of a member; null: nobody.", examples=[None]
    )
    cost_minor: int = Field(
        ge=0, le=LARGEST_COST, description="What it has cost so far, in minor units.", examples=[1500]
    )


@router.get(
    "/cases", operation_id="list_cases", summary="List recovery cases", response=Page[CaseItem],
    auth=requires("tasks.read"),
)  # fmt: skip
def list_cases(request: ApiRequest, only: Query[CaseQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The cases of the store, the latest first."""
    page = cases_for_viewer(store_of(request), state=only.state or "", cursor=query.cursor, limit=query.limit)
    return answer_page(page)


@router.post(
    "/cases", operation_id="open_case", summary="Open a recovery case", response={201: CaseDetail},
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_case(request: ApiRequest, new: Opening) -> RecoveryCase:
    """For a customer; its first stage is done by that."""
    store = store_of(request)
    case = open_case(
        customer=customer_named(store, new.customer_id),
        reason=new.reason,
        owner=user_named(store, new.owner) if new.owner else None,
        actor=actor_of(request),
    )
    return case_for_viewer(store, case.pk)


@router.get(
    "/cases/{case_id}", operation_id="get_case", summary="Get a recovery case", response=CaseDetail,
    auth=requires("tasks.read"),
)  # fmt: skip
def get_case(request: ApiRequest, case_id: Id) -> RecoveryCase:
    """One case with its stages."""
    return case_for_viewer(store_of(request), case_id)


@router.put(
    "/cases/{case_id}", operation_id="change_case", summary="Change a recovery case", response=CaseDetail,
    auth=requires("tasks.handle"),
)  # fmt: skip
def put_case(request: ApiRequest, case_id: Id, changes: CaseChanges) -> RecoveryCase:
    """Whose it is, and what it has cost so far."""
    store = store_of(request)
    owner = user_named(store, changes.owner) if changes.owner else None
    case = case_for_viewer(store, case_id)
    change_case(case, owner=owner, cost_minor=changes.cost_minor, actor=actor_of(request))
    return case_for_viewer(store, case_id)


@router.post(
    "/cases/{case_id}/finish", operation_id="finish_case_stage", summary="Finish a stage",
    response=CaseDetail, auth=requires("tasks.handle"),
)  # fmt: skip
def post_finish(request: ApiRequest, case_id: Id, body: Finishing) -> RecoveryCase:
    """Note that a stage is done or skipped; with the last one the case is closed. One that was stays as it is."""
    store = store_of(request)
    finish_stage(
        case_for_viewer(store, case_id), body.stage, note=body.note, skip=body.skip, actor=actor_of(request)
    )
    return case_for_viewer(store, case_id)


@router.post(
    "/cases/{case_id}/reopen", operation_id="reopen_case_stage", summary="Reopen a stage",
    response=CaseDetail, auth=requires("tasks.handle"),
)  # fmt: skip
def post_reopen(request: ApiRequest, case_id: Id, body: Reopening) -> RecoveryCase:
    """Take back that a stage was done or skipped; a closed case is open again."""
    store = store_of(request)
    reopen_stage(case_for_viewer(store, case_id), body.stage, actor=actor_of(request))
    return case_for_viewer(store, case_id)
