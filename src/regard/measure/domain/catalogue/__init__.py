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
    visits,
)
from regard.measure.domain.metric import Metric

_PARTS = (
    satisfaction,
    opinions,
    support,
    agents,
    self_service,
    visits,
    sales,
    retention,
    value,
    loyalty,
    operations,
    returns,
    trade,
)
_AFTER_ALL_ROWS = 1_000
# In the order of the specification, those that it lacks last.
CATALOGUE: dict[str, Metric] = {
    metric.id: metric
    for metric in sorted(
        (metric for part in _PARTS for metric in part.METRICS), key=lambda each: each.row or _AFTER_ALL_ROWS
    )
}
