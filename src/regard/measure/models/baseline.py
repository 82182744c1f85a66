from __future__ import annotations

from django.db import models

from regard.core.models import Store


class MetricBaseline(models.Model):
    """What a metric was in the first whole month that was recorded of it: kept as it was then, whatever is told of
    that month later."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)  # the metric's id, or "id:variant"
    first = models.DateField()
    last = models.DateField()
    value = models.FloatField()  # money in whole minor units of the store's currency
    n = models.BigIntegerField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="measure_baseline_of_metric")]
