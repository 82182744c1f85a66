"""All metrics of the specification and some of Regard's own; those without data yet say which fact is missing."""

from __future__ import annotations

from regard.measure.domain.catalogue import (
    agents,
    loyalty,
    operations,
    opinions,
    retention,
    returns,
    sales,
    satisfaction,
    self_service,
    support,
    trade,
    value,
)
from regard.measure.domain.metric import Metric

CATALOGUE: dict[str, Metric] = {
    metric.id: metric
    for part in (
        satisfaction,
        opinions,
        support,
        agents,
        self_service,
        sales,
        retention,
        value,
        loyalty,
        operations,
        returns,
        trade,
    )
    for metric in part.METRICS
}
