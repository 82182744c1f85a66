"""What a store spends, over JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Input, Router, Text, actor_of, requires, store_of
from regard.measure.domain.costs import MOST_AT_ONCE, CostEntry, costs_for_viewer, tell_costs
from regard.measure.models import Cost

router = Router(tags=["Metrics"])


class CostItem(Schema):
    """What was spent on something in a month."""

    month: date = Field(description="Its first day.")
    kind: str = Field(examples=["marketing"])
    amount_minor: int
    currency: str
    told_at: AwareDatetime
    told_by: str


class CostList(Schema):
    items: list[CostItem]


class CostChange(Input):
    month: date = Field(description="The first day of the month.")
    kind: Annotated[Text, Field(max_length=20)] = Field(
        description="marketing, support, goods, shipping, tools, discounts, programme, experience or other."
    )
    amount_minor: int | None = Field(
        ge=0, description="In minor units of the store's currency; null: take away what was told."
    )


class CostChanges(Input):
    costs: list[CostChange] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="Each month and kind once."
    )


@router.get(
    "/metrics/costs",
    operation_id="list_costs",
    summary="List costs",
    response=CostList,
    auth=requires("metrics.read"),
)
def list_costs(request: ApiRequest) -> dict[str, Any]:
    """All that count, the last month first."""
    return {"items": [_plain(cost) for cost in costs_for_viewer(store_of(request))]}


@router.put(
    "/metrics/costs",
    operation_id="tell_costs",
    summary="Tell costs",
    response=CostList,
    auth=requires("metrics.manage"),
)
def put_costs(request: ApiRequest, change: CostChanges) -> dict[str, Any]:
    """Say what was spent in months; months and kinds that are not named stay as they are."""
    store = store_of(request)
    entries = [CostEntry(each.month, each.kind, each.amount_minor) for each in change.costs]
    tell_costs(store=store, entries=entries, actor=actor_of(request))
    return {"items": [_plain(cost) for cost in costs_for_viewer(store)]}


def _plain(cost: Cost) -> dict[str, Any]:
    told_at: datetime = cost.told_at
    return {
        "month": cost.month, "kind": cost.kind, "amount_minor": cost.amount_minor, "currency": cost.currency,
        "told_at": told_at, "told_by": cost.told_by,
    }  # fmt: skip
