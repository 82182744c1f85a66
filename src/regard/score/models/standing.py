from __future__ import annotations

from django.db import models

from regard.core.models import Store


class SpendStanding(models.Model):
    """What one has to have spent to be among a store's best customers, by what all who bought have spent.

    Amounts are net of refunds, in minor units of the store's currency: that of the last customer who is in the
    share, so that whoever has spent the same is too. Null: nobody has bought.
    """

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    top_5_minor = models.BigIntegerField(null=True)
    top_10_minor = models.BigIntegerField(null=True)
    top_20_minor = models.BigIntegerField(null=True)
    top_25_minor = models.BigIntegerField(null=True)
    measured_at = models.DateTimeField()
