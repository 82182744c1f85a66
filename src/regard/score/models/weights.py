from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ScoreWeights(models.Model):
    """How much each input of a score counts in a store, from a moment on. Rows stay: history tells by which it was
    made."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)  # of the score
    version = models.SmallIntegerField()  # those that Regard comes with are version 1
    weights = models.JSONField()  # input -> percent, in the order of the score's inputs; together 100
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name", "version"], name="one_version_of_weights")
        ]
