from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models import Store


class ImportRun(models.Model):
    """One file brought in: what it was, how far it came, what it gave."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    broken_off = models.CharField(max_length=500, blank=True)  # why it ended early; what it had brought stays
    read = models.PositiveBigIntegerField(default=0)  # rows of the file, rejected ones included
    repeated = models.PositiveBigIntegerField(default=0)  # rows that it held already
    added = models.PositiveBigIntegerField(default=0)  # rows that the log did not hold yet
    rejected = models.PositiveBigIntegerField(default=0)
    rejects_path = models.TextField(blank=True)
    actor = models.CharField(max_length=320)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="import_runs_by_store")]
