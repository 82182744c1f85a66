from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models.identity import Identity


class Order(models.Model):
    """An order as its shop last described it. Amounts in minor units of `currency`."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200)
    status = models.CharField(max_length=40, blank=True)
    ordered_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    total_minor = models.BigIntegerField(null=True)  # null: the shop did not say
    currency = models.CharField(max_length=3)
    history = models.BooleanField()  # known from imports alone
    described_at = models.DateTimeField()  # when the latest description was made
    event_id = models.BigIntegerField()  # the event that holds it
    # Part of the order -> rank of the description that it was taken from, so that a late description
    # changes exactly the parts for which it is the latest to speak.
    told = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_order_an_external_id")
        ]
        indexes = [models.Index(fields=["identity", "-ordered_at", "-id"], name="orders_by_identity")]
