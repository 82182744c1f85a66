"""Scores of all customers over time, by cohort, and from band to band, over JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from ninja import Field, Query, Schema
from pydantic import AwareDatetime, ConfigDict

from regard.core.edges.api import ApiRequest, Page, PageQuery, Router, Text, requires, store_of
from regard.measure.domain.relationships.cohorts import scores_by_cohort
from regard.measure.domain.relationships.moves import moved_customers, moves_between
from regard.measure.domain.relationships.over_time import scores_over_time
from regard.measure.domain.relationships.plain import plain_cohorts, plain_moves, plain_over_time

router = Router(tags=["Scores"])


class StandingItem(Schema):
    """How customers stood; nulls and zeros where nothing was kept."""

    n: int = Field(description="Customers with a verdict.")
    mean: float | None = Field(description="Of their values.")
    bands: dict[str, int] = Field(description="Customers by band.", examples=[{"health:thriving": 12}])


class PeriodItem(StandingItem):
    first: date
    last: date
    is_complete: bool


class AgeItem(StandingItem):
    month: int = Field(description="Months since that of the first purchase.")


class DirectionItem(Schema):
    """How many of a cohort rise, are steady and fall, by the path of their satisfaction."""

    up: int
    flat: int
    down: int
    word: Literal["up", "flat", "down", ""]


class CohortItem(Schema):
    month: date = Field(description="In which they first bought.")
    direction: DirectionItem
    ages: list[AgeItem]


class KeptSince(Schema):
    score: str
    known_from: date | None = Field(description="The day since which the score is known; null: it is not.")
    kept_from: date | None = Field(
        description="Since when it is kept as it moves; before, it was computed afterwards for the ends of months."
    )
    as_of: AwareDatetime | None = Field(description="Up to when the figures are complete.")


class OverTimeItem(KeptSince):
    periods: list[PeriodItem]


class CohortsItem(KeptSince):
    cohorts: list[CohortItem]
    life: list[AgeItem] = Field(description="All cohorts together by months since the first purchase.")


class MoveItem(Schema):
    from_band: str | None = Field(description="Null: no verdict then; they are new.")
    to_band: str | None = Field(description="Null: no verdict any more; they are gone.")
    customers: int
    share: float | None = Field(description="Percent of those who were in `from_band`.")


class MovesItem(KeptSince):
    first: date = Field(description="The day asked for, or the one since which the score is known.")
    last: date
    moves: list[MoveItem]


class MovedItem(Schema):
    customer_id: int
    value_then: float | None
    value: float | None


class DaysQuery(Schema):
    model_config = ConfigDict(populate_by_name=True)

    score: Text = Field("health", max_length=40, description="Its name.", examples=["csi"])
    first: date = Field(alias="from", description="The first day, in the store's time zone.")
    last: date = Field(alias="to", description="The last day.")


class OverTimeQuery(DaysQuery):
    by: Literal["week", "month"] = "month"


class MovedQuery(PageQuery, DaysQuery):
    from_band: Text = Field("", max_length=60, description="Left out: those without a verdict then.")
    to_band: Text = Field("", max_length=60, description="Left out: those without a verdict now.")


@router.get(
    "/scores/over-time",
    operation_id="get_scores_over_time",
    summary="Get a score of all customers over time",
    response=OverTimeItem,
    auth=requires("metrics.read"),
)
def get_scores_over_time(request: ApiRequest, query: Query[OverTimeQuery]) -> dict[str, Any]:
    """The average and the customers by band when each week or month was over."""
    told = scores_over_time(store_of(request), query.score, first=query.first, last=query.last, each=query.by)
    return plain_over_time(told)


@router.get(
    "/scores/cohorts",
    operation_id="get_scores_by_cohort",
    summary="Get a score by the month of the first purchase",
    response=CohortsItem,
    auth=requires("metrics.read"),
)
def get_scores_by_cohort(request: ApiRequest, query: Query[DaysQuery]) -> dict[str, Any]:
    """Cohorts from the month of the first day to that of the last, when each month since was over."""
    return plain_cohorts(scores_by_cohort(store_of(request), query.score, first=query.first, last=query.last))


@router.get(
    "/scores/moves",
    operation_id="get_score_moves",
    summary="Get the moves between the bands of a score",
    response=MovesItem,
    auth=requires("metrics.read"),
)
def get_score_moves(request: ApiRequest, query: Query[DaysQuery]) -> dict[str, Any]:
    """From which band at the end of the first day to which at the end of the last, and how many."""
    return plain_moves(moves_between(store_of(request), query.score, first=query.first, last=query.last))


@router.get(
    "/scores/moves/customers",
    operation_id="get_moved_customers",
    summary="List who moved between two bands",
    response=Page[MovedItem],
    auth=requires("customers.read"),
)
def get_moved_customers(request: ApiRequest, query: Query[MovedQuery]) -> dict[str, Any]:
    """Those who were in one band at the end of the first day and in the other at the end of the last."""
    found, following = moved_customers(
        store_of(request),
        query.score,
        first=query.first,
        last=query.last,
        then=query.from_band,
        now=query.to_band,
        cursor=query.cursor,
        limit=query.limit,
    )
    items: Sequence[dict[str, Any]] = [asdict(each) for each in found]
    return {"items": items, "next": following or None}
