from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models import Store


class ParkedEvent(models.Model):
    """An accepted event that a stage of the pipeline failed on; the events after it went on."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    event_id = models.BigIntegerField()
    stage = models.CharField(max_length=60)
    error = models.TextField()
    parked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "event_id"], name="parked_once")]
