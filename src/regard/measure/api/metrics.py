"""Metrics and their figures, over JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema
from pydantic import AwareDatetime, ConfigDict

from regard.core.edges.api import ApiRequest, Router, Text, requires, store_of
from regard.measure.domain.arithmetic import Verdict
from regard.measure.domain.listing import plain_catalogue
from regard.measure.domain.metric import ChangeMode, Direction, RowKind, Sphere, Unit
from regard.measure.domain.own import own_metrics
from regard.measure.domain.showing import Wanted, metrics_for_viewer, plain_figures

router = Router(tags=["Metrics"])
MOST_METRICS = 20


class TargetItem(Schema):
    bound: Literal["least", "most"] = Field(description="Good values are at least or at most `value`.")
    value: float


class BaselineItem(Schema):
    """What a metric was in the month that the store is compared with."""

    first: date
    last: date
    value: float = Field(description="Money in minor units.")
    n: int


class VariantItem(Schema):
    """Another way to define a metric; ask for its figures as `id:name`, and as `id:standard` for the catalogue's
    where the store means another one."""

    name: str
    formula: str
    unit: Unit
    needs: str = Field(description="The facts that it waits for; empty: it can be asked for.")


class MetricItem(Schema):
    """What a metric is, as the store defines it."""

    id: str = Field(examples=["nps"])
    name: str = Field(examples=["Net promoter score"])
    formula: str
    unit: Unit
    direction: Direction = Field(description="Which way is good.")
    target: TargetItem | None = Field(description="The store's own, or else the catalogue's.")
    baseline: BaselineItem | None
    variant: str = Field(description="Which variant the store means by the id; empty: the catalogue's.")
    counts: RowKind = Field(description="What n counts.")
    benchmark: str = Field(description="What is said of good values; empty: nothing.")
    source: str = Field(description="Where the metric is specified.")
    sphere: Sphere
    change: ChangeMode = Field(description="Whether changes are told in percent, in points, or both.")
    dimensions: list[str] = Field(description="What it can be split by, besides stretches of the calendar.")
    has_interval: bool = Field(description="It estimates from those who answered.")
    variants: list[VariantItem]
    state: Literal["live", "dormant"]
    needs: str = Field(description="The facts that a dormant metric waits for; empty: it is live.")


class MetricList(Schema):
    items: list[MetricItem]


class FigureItem(Schema):
    """A metric in a period, and of one part where it is split."""

    first: date = Field(description="The period's first day, in the store's time zone.")
    last: date = Field(description="Its last day.")
    is_complete: bool = Field(description="All of the period is over and known.")
    is_window_full: bool = Field(
        description="All days that it looks back on are on record; if not, see `history_from`."
    )
    split: str = Field(description="The part; empty: all, or what nobody told.")
    n: int = Field(description="Observations that the value rests on.")
    value: float | None = Field(description="Null: no data. Money in minor units.")
    median: float | None = Field(description="Of means that it is shown beside.")
    low: float | None = Field(description="The true value is between `low` and `high` with 95 % confidence.")
    high: float | None
    previous: float | None = Field(description="Of the period before, if compared.")
    change_percent: float | None = Field(description="(value − previous) ÷ |previous| × 100.")
    change_points: float | None = Field(description="value − previous.")
    verdict: Verdict | None
    is_comparable: bool | None = Field(
        description="The period before is wholly on record; if not, there is no change. Null: not compared."
    )
    baseline_percent: float | None = Field(description="Of months, against the baseline, in percent of it.")
    baseline_points: float | None
    baseline_verdict: Verdict | None
    meets_target: bool | None = Field(description="Null where there is no target or no value.")


class MetricFigures(Schema):
    id: str
    variant: str = Field(description="Empty: as the metric is defined.")
    name: str
    formula: str
    unit: Unit
    currency: str | None = Field(description="Of money, after ISO 4217.")
    direction: Direction
    target: TargetItem | None
    baseline: BaselineItem | None
    split_by: str
    as_of: AwareDatetime | None = Field(
        description="Up to when what it is computed from is complete; null: nothing was gathered yet."
    )
    history_from: date | None = Field(
        description="Since when what it counts or looks back on is on record; null for metrics that do neither."
    )
    figures: list[FigureItem]


class FigureList(Schema):
    items: list[MetricFigures]


class MetricQuery(Schema):
    words: Text = Field(
        "", max_length=100, description="Only those whose id, name or formula has these words."
    )


class FigureQuery(Schema):
    model_config = ConfigDict(populate_by_name=True)

    ids: list[Annotated[str, Field(max_length=60)]] = Field(
        min_length=1, max_length=MOST_METRICS, description="Ids of metrics, or `id:variant`."
    )
    first: date = Field(alias="from", description="The first day, in the store's time zone.")
    last: date = Field(alias="to", description="The last day.")
    by: list[Annotated[str, Field(max_length=40)]] = Field(
        [],
        max_length=2,
        description="day, week, month, quarter or year; or one of the metric's dimensions; or one of each.",
    )
    compare: Literal["", "previous"] = Field("", description="previous: with the period before.")


@router.get(
    "/metrics",
    operation_id="list_metrics",
    summary="List metrics",
    response=MetricList,
    auth=requires("metrics.read"),
)
def list_metrics(request: ApiRequest, only: Query[MetricQuery]) -> dict[str, Any]:
    """The whole catalogue; dormant metrics say which facts they wait for."""
    return {"items": plain_catalogue(own_metrics(store_of(request)), words=only.words)}


@router.get(
    "/metrics/figures",
    operation_id="get_metric_figures",
    summary="Get figures of metrics",
    response=FigureList,
    auth=requires("metrics.read"),
)
def get_metric_figures(request: ApiRequest, query: Query[FigureQuery]) -> dict[str, Any]:
    """Metrics over days, as a whole or by stretches of the calendar, which are then taken whole."""
    wanted = Wanted(query.first, query.last, tuple(query.by), compare=bool(query.compare))
    shown = metrics_for_viewer(store_of(request), query.ids, wanted)
    return {"items": [plain_figures(each) for each in shown]}
