from __future__ import annotations

from django.db import models

from regard.core.models import Store


class MetricTarget(models.Model):
    """A store's own target of a metric in one of its definitions; without a row the catalogue's holds."""

    class Bound(models.TextChoices):
        LEAST = "least"
        MOST = "most"

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)  # the metric's id, or "id:variant"
    bound = models.CharField(max_length=5, choices=Bound)
    value = models.FloatField()  # in the metric's unit; money in whole minor units of the store's currency

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="measure_target_of_metric")]
