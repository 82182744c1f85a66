from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ScoreRun(models.Model):
    """A time that all customers of a store were scored; what it left as it was had been looked at too."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    customers = models.BigIntegerField(default=0)  # of whom anything is known
    moved = models.BigIntegerField(default=0)  # scores that the run changed

    class Meta:
        indexes = [models.Index(fields=["store", "-started_at"], name="score_runs_by_store")]
