"""The catalogue for those who read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric


def plain_catalogue(*, words: str = "") -> list[dict[str, Any]]:
    """All metrics in the order of the specification, or those whose id, name or formula has all of the words."""
    described = (_described(metric) for metric in CATALOGUE.values())
    sought = words.casefold().split()
    return [
        metric
        for metric in described
        if all(word in f"{metric['id']} {metric['name']} {metric['formula']}".casefold() for word in sought)
    ]


def _described(metric: Metric) -> dict[str, Any]:
    return {
        "id": metric.id,
        "name": _(metric.name),
        "formula": _(metric.formula),
        "unit": metric.unit,
        "direction": metric.direction,
        "target": asdict(metric.target) if metric.target else None,
        "benchmark": _(metric.benchmark) if metric.benchmark else "",
        "source": f"Specification, metrics, row {metric.row}",
        "sphere": metric.sphere,
        "change": metric.change,
        "dimensions": list(metric.splits),
        "has_interval": metric.sampled,
        "variants": [
            {"name": name, "formula": _(variant.formula), "unit": variant.unit or metric.unit}
            for name, variant in metric.variants.items()
        ],
        "state": "live" if metric.is_live else "dormant",
        "needs": _(metric.needs) if metric.needs else "",
    }
