from __future__ import annotations

from django.db import models

from regard.core.models import Store


class OrderLine(models.Model):
    """One line of an order. It names the order in the shop's words, and may be known before it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    order_external_id = models.CharField(max_length=200)
    external_id = models.CharField(max_length=400)  # within the order
    product_external_id = models.CharField(max_length=200, blank=True)
    variant = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=500, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    price_minor = models.BigIntegerField(null=True)  # of one piece, in minor units of `currency`
    total_minor = models.BigIntegerField(null=True)  # of the line
    currency = models.CharField(max_length=3)
    described_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "order_external_id", "external_id"], name="one_line_of_an_order"
            )
        ]
        indexes = [models.Index(fields=["store", "product_external_id"], name="lines_by_product")]


class Refund(models.Model):
    """Money given back for an order. It names the order in the shop's words, and may be known before it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    order_external_id = models.CharField(max_length=200)
    external_id = models.CharField(max_length=400)
    amount_minor = models.BigIntegerField(null=True)  # null: the shop did not say, as for a whole order
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=300, blank=True)
    refunded_at = models.DateTimeField()
    described_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_refund_an_external_id")
        ]
        indexes = [models.Index(fields=["store", "order_external_id"], name="refunds_by_order")]
