from __future__ import annotations

from django.db import models

from regard.core.models import Store


class CarrierRecord(models.Model):
    """How many parcels of a carrier came in the last half year, and how many of them late; measured every night.

    carrier and country: as told, "" for all of them; the row of both "" is the store's.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    carrier = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=200, blank=True)
    parcels = models.IntegerField()
    late = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "carrier", "country"], name="one_record_a_carrier")
        ]
