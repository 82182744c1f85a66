from __future__ import annotations

from django.db import models

from regard.core.models import Store


class MetricDefinition(models.Model):
    """Which variant of a metric a store means by its name; without a row the catalogue's."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=40)
    variant = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "metric"], name="measure_definition_of_metric")
        ]
