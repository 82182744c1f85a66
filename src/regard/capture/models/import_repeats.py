from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from regard.capture.models.import_run import ImportRun


class ImportRepeats(models.Model):
    """Facts of other imports that a run's file holds too, as ranges of event ids: what an undo of those leaves to
    this run. One row for each chunk of rows that had any."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    firsts = ArrayField(models.BigIntegerField())
    lasts = ArrayField(models.BigIntegerField())  # of each range, inclusive
