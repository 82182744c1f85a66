"""What a store makes of the metrics, over JSON: targets, baselines, definitions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field

from regard.core.edges.api import ApiRequest, Input, Router, Text, actor_of, requires, store_of
from regard.core.models import Store
from regard.measure.api.metrics import MetricItem, MetricList
from regard.measure.domain.baselines import choose_baseline
from regard.measure.domain.definitions import choose_definitions
from regard.measure.domain.listing import plain_catalogue, plain_metric
from regard.measure.domain.own import own_metrics
from regard.measure.domain.targets import reset_target, set_target

router = Router(tags=["Metrics"])
NAME = "Id of a metric, or `id:variant`."


class TargetChange(Input):
    id: Annotated[Text, Field(max_length=80, description=NAME)]
    bound: Literal["", "least", "most"] = Field(
        "", description="Good values are at least or at most `value`; empty: by the metric's direction."
    )
    value: float | None = Field(
        description="In the metric's unit, money in minor units; null: as the catalogue has it."
    )


class BaselineChange(Input):
    id: Annotated[Text, Field(max_length=80, description=NAME)]
    month: date = Field(description="Any day of the month that the metric is to be compared with.")


class DefinitionChange(Input):
    definitions: dict[Annotated[Text, Field(max_length=40)], Annotated[Text, Field(max_length=40)]] = Field(
        max_length=200, description="By the id of a metric its variant; `standard`: the catalogue's."
    )


@router.put(
    "/metrics/targets",
    operation_id="set_metric_target",
    summary="Set a target",
    response=MetricItem,
    auth=requires("metrics.manage"),
)
def set_metric_target(request: ApiRequest, change: TargetChange) -> dict[str, Any]:
    """Set the store's own target of a metric, or take it away."""
    store, actor = store_of(request), actor_of(request)
    if change.value is None:
        reset_target(store=store, name=change.id, actor=actor)
    else:
        set_target(store=store, name=change.id, bound=change.bound, value=change.value, actor=actor)
    return _metric(store, change.id)


@router.put(
    "/metrics/baselines",
    operation_id="choose_metric_baseline",
    summary="Choose a baseline",
    response=MetricItem,
    auth=requires("metrics.manage"),
)
def choose_metric_baseline(request: ApiRequest, change: BaselineChange) -> dict[str, Any]:
    """Keep what a metric was in a month that is over, to compare it with."""
    store = store_of(request)
    choose_baseline(store=store, name=change.id, month=change.month, actor=actor_of(request))
    return _metric(store, change.id)


@router.put(
    "/metrics/definitions",
    operation_id="choose_metric_definitions",
    summary="Choose definitions",
    response=MetricList,
    auth=requires("metrics.manage"),
)
def choose_metric_definitions(request: ApiRequest, change: DefinitionChange) -> dict[str, Any]:
    """Say which variants the store means by the ids of metrics; others stay. Facts stay as they were told."""
    store = store_of(request)
    choose_definitions(store=store, chosen=change.definitions, actor=actor_of(request))
    return {"items": plain_catalogue(own_metrics(store))}


def _metric(store: Store, name: str) -> dict[str, Any]:
    return plain_metric(own_metrics(store), name)
