"""The catalogue for those who read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import OwnMetric, OwnMetrics

OF_REGARD = "Regard"  # the source of metrics that the specification lacks


def plain_catalogue(own: OwnMetrics | None = None, *, words: str = "") -> list[dict[str, Any]]:
    """All metrics in the order of the specification, or those whose id, name or formula has all of the words.

    own: what a store made of them; without, they are as the catalogue has them.
    """
    own = own or OwnMetrics({}, {}, {})
    described = (_described(metric, own.named(metric.id)) for metric in CATALOGUE.values())
    sought = words.casefold().split()
    return [
        metric
        for metric in described
        if all(word in f"{metric['id']} {metric['name']} {metric['formula']}".casefold() for word in sought)
    ]


def _described(metric: Metric, own: OwnMetric) -> dict[str, Any]:
    """As the store means it; its variants are those that it may mean instead."""
    means = own.metric
    return {
        "id": metric.id,
        "name": _(metric.name),
        "formula": _(means.formula),
        "unit": means.unit,
        "direction": means.direction,
        "target": asdict(means.target) if means.target else None,
        "baseline": asdict(own.baseline) if own.baseline else None,
        "variant": own.variant,
        "counts": metric.counts,
        "benchmark": _(metric.benchmark) if metric.benchmark else "",
        "source": f"Specification, metrics, row {metric.row}" if metric.row else OF_REGARD,
        "sphere": metric.sphere,
        "change": metric.change,
        "dimensions": list(metric.splits),
        "has_interval": metric.sampled,
        "variants": [
            {
                "name": name,
                "formula": _(variant.formula),
                "unit": variant.unit or metric.unit,
                "needs": _(variant.needs) if variant.needs else "",
            }
            for name, variant in metric.variants.items()
        ],
        "state": "live" if metric.is_live else "dormant",
        "needs": _(metric.needs) if metric.needs else "",
    }


def plain_metric(own: OwnMetrics, metric_id: str) -> dict[str, Any]:
    """One of them, by its id or full name."""
    metric = CATALOGUE[metric_id.partition(":")[0]]
    return _described(metric, own.named(metric_id))
