from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.score.models.score import HealthBand


class BandTotal(models.Model):
    """How many customers were in a band of health on a day, and what they had spent; counted now and then.

    Of a day that is over, the last count of it. Bands without customers have a row too, so that nothing counted is
    told from nobody there.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()  # in the store's time zone
    band = models.CharField(max_length=40, choices=HealthBand.choices)
    customers = models.BigIntegerField()
    spent_minor = models.BigIntegerField(
        null=True
    )  # after refunds, in the store's currency; null: not known for that day
    counted_at = models.DateTimeField()
    changes = models.PositiveBigIntegerField(default=0)  # of the store's past, that the count knew of

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day", "band"], name="one_total_a_band")]


class PastChange(models.Model):
    """How often history has changed what is known of a store's past, so that days counted before are counted anew.

    What happens now is none of that: the days that are over stay as they were counted.
    """

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    changes = models.PositiveBigIntegerField(default=0)
    retold_changes = models.PositiveBigIntegerField(
        default=0, db_default=0
    )  # that the history of scores knows of
    retold_at = models.DateTimeField(null=True)
    recounted_at = models.DateTimeField(null=True)  # when a day that was over was last computed
