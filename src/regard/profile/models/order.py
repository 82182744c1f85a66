from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models.identity import Identity


class Order(models.Model):
    """An order as its shop last described it. Amounts in minor units of `currency`."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    status = models.CharField(max_length=40, blank=True)
    ordered_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    total_minor = models.BigIntegerField(null=True)  # null: the shop did not say
    currency = models.CharField(max_length=3)
    history = models.BooleanField()
    described_at = (
        models.DateTimeField()
    )  # when the description that we hold was made; older ones change nothing
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_order_an_external_id")
        ]
        indexes = [models.Index(fields=["store", "identity", "-ordered_at"], name="orders_by_identity")]
