from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class DigestPeriod(models.TextChoices):
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class Digest(models.Model):
    """That a store was looked over for a day or week, and its people told; each is made once."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    period = models.CharField(max_length=6, choices=DigestPeriod.choices)
    day = models.DateField()  # in the store's time zone; of a week its Monday
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "period", "day"], name="one_digest_a_day")]
