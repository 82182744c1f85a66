from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from regard.core import clock
from regard.journey.models.journey import Journey


class Broadcast(models.Model):
    """That everybody of a segment is let into a journey, a chunk at a time; see domain/broadcasting.py.

    Who is meant is asked once, in the runner, and kept while it goes on: `customers`, of whom those before `place`
    are through. Then `total` says how many they were, and `entered` how many came in, held out or not.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    segment = models.TextField(blank=True)  # a filter; "" is everybody
    begun_by = models.CharField(max_length=320)
    begun_at = models.DateTimeField(default=clock.now)
    alert_id = models.BigIntegerField(null=True)  # that it began with; null: a person sent it
    customers = ArrayField(models.BigIntegerField(), null=True)
    total = models.PositiveIntegerField(null=True)
    place = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)  # of the present chunk, that failed
    next_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it ended before everybody was through

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "alert_id"], name="one_broadcast_an_alert"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="broadcasts_due", condition=Q(ended_at=None)),
            models.Index(fields=["journey", "-id"], name="broadcasts_by_journey"),
        ]
