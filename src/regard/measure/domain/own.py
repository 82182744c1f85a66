"""What a store made of the catalogue: which definitions it means, its targets, and baselines that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric, Target
from regard.measure.models import MetricBaseline, MetricDefinition, MetricTarget

STANDARD = "standard"  # after a colon, the catalogue's definition, whatever the store means by the name alone


@dataclass(frozen=True)
class Baseline:
    """What a metric was in the month that the store is compared with. Money in minor units."""

    first: date
    last: date
    value: float
    n: int


@dataclass(frozen=True)
class OwnMetric:
    """A metric as a store means it. name: its full one, "id" or "id:variant"; by this figures are found."""

    name: str
    metric: Metric
    baseline: Baseline | None = None

    @property
    def variant(self) -> str:
        return self.name.partition(":")[2]


@dataclass(frozen=True)
class OwnMetrics:
    """definitions: variants by metric. targets, baselines: by full name."""

    definitions: Mapping[str, str]
    targets: Mapping[str, Target]
    baselines: Mapping[str, Baseline]

    def named(self, name: str, *, field: str = "id") -> OwnMetric:
        """By "id", as the store means it, "id:variant", or "id:standard". Raises ValidationError of this field."""
        id_, colon, variant = name.partition(":")
        metric = CATALOGUE.get(id_)
        if metric is None or (variant not in {"", STANDARD} and variant not in metric.variants):
            raise ValidationError({field: _("There is no metric %s; regard metrics list shows all.") % name})
        if not colon:
            variant = self.variant_of(metric)
        full = full_name(id_, "" if variant == STANDARD else variant)
        varied = metric.varied(full.partition(":")[2])
        target = self.targets.get(full, varied.target)
        return OwnMetric(full, replace(varied, target=target), self.baselines.get(full))

    def variant_of(self, metric: Metric) -> str:
        """Which variant the store means; "" for the catalogue's, and where that variant is no more."""
        chosen = self.definitions.get(metric.id, "")
        return chosen if chosen in metric.ready_variants else ""


def full_name(metric_id: str, variant: str) -> str:
    return f"{metric_id}:{variant}" if variant else metric_id


def own_metrics(store: Store) -> OwnMetrics:
    """Three queries."""
    definitions = MetricDefinition.objects.filter(store_id=store.pk).values_list("metric", "variant")
    targets = MetricTarget.objects.filter(store_id=store.pk).values_list("name", "bound", "value")
    baselines = MetricBaseline.objects.filter(store_id=store.pk).values_list(
        "name", "first", "last", "value", "n"
    )
    return OwnMetrics(
        dict(definitions),
        {name: Target("least" if bound == "least" else "most", value) for name, bound, value in targets},
        {name: Baseline(first, last, value, n) for name, first, last, value, n in baselines},
    )
