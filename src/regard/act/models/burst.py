from __future__ import annotations

from django.db import models

from regard.act.models.alert import Alert
from regard.core.models import Store


class AlertBurst(models.Model):
    """A few minutes of a store's critical alerts: the first are told at once, each by itself; what comes on top is
    gathered and told together when they are over."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    alone = models.PositiveIntegerField(default=0)  # how many were told by themselves
    gathered = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)  # what was gathered

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "began_at"], name="one_burst_at_a_time")]
        indexes = [
            models.Index(
                fields=["began_at"],
                name="bursts_to_tell",
                condition=models.Q(told_at__isnull=True, gathered__gt=0),
            )
        ]


class GatheredAlert(models.Model):
    """A critical alert that was not told by itself."""

    alert = models.OneToOneField(Alert, models.CASCADE, related_name="+", primary_key=True)
    burst = models.ForeignKey(AlertBurst, models.CASCADE, related_name="+")
