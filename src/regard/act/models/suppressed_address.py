from __future__ import annotations

from django.db import models

from regard.core.models import Store


class SuppressedAddress(models.Model):
    """An address to which a store sends nothing more on a channel, since its receiver refused it for good.

    It is found by `digest`, see `domain/suppression.py`; once its owner is erased, nothing else is left of it.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    address = models.CharField(max_length=320, blank=True)
    reason = models.TextField(blank=True)  # in the receiver's words
    suppressed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "digest", "channel"], name="suppressed_once")]
        indexes = [
            models.Index(fields=["store", "-suppressed_at", "-id"], name="suppressed_addresses_by_time")
        ]
