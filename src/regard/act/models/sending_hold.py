from __future__ import annotations

from django.db import models

from regard.core.models import Store


class SendingHold(models.Model):
    """Marketing of one origin, which is the `intent` of messages, or all of a store's (""), that ran away: nothing
    more of it leaves until a person decides. The row stays afterwards, and says since when is counted anew.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    origin = models.CharField(max_length=60, blank=True)
    limit = models.PositiveIntegerField()  # an hour, which was reached
    held_at = models.DateTimeField(null=True)  # null: a person has decided
    counted_from = models.DateTimeField(null=True)  # when a person last let all of it go

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "origin"], name="one_hold_an_origin")]
