from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class PurchaseRhythm(models.Model):
    """How soon a store's customers usually buy again; measured now and then, not with every event."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+")
    median_gap_days = models.FloatField(null=True, blank=True)
    gaps = models.PositiveIntegerField(default=0)  # repeat gaps that the median is taken over
    measured_at = models.DateTimeField(null=True, blank=True)
    default_gap_days = models.PositiveSmallIntegerField(
        _("days between orders that are expected while the store has too few repeat orders"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(1095)],
    )
