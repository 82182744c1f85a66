from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models.identity import Identity


class Order(models.Model):
    """An order as its shop last described it. Amounts in minor units of `currency`.

    What its shop did not say, its lines, refunds and shipments do, see domain/order_sums.py.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    # Who placed it; null until something says so.
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200)
    status = models.CharField(max_length=40, blank=True)
    ordered_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    total_minor = models.BigIntegerField(null=True)  # null: neither the shop nor its lines say
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    # Known from returned lines alone: the document of a return, which counts as no order.
    is_return = models.BooleanField(default=False)
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
        # Those by time are for what is looked at day by day. They begin with the time: of several that
        # begin with the store the planner may take the wrong one for a young table.
        indexes = [
            models.Index(fields=["identity", "-ordered_at", "-id"], name="orders_by_identity"),
            models.Index(fields=["ordered_at", "store"], name="orders_by_time"),
            models.Index(
                fields=["delivered_at", "store"],
                name="promised_orders_by_delivery",
                condition=models.Q(promised_at__isnull=False, delivered_at__isnull=False),
            ),
        ]
