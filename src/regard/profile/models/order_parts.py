from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class OrderLine(models.Model):
    """One line of an order. It names the order in the shop's words, and may be known before it.

    A quantity below zero is a return.
    """

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
    # False: a file told it without a time, so as of the placing, and whatever is told with one goes before.
    dated = models.BooleanField(default=True)
    described_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        # The order comes first: of indexes that begin with the store the planner may take the wrong one while a
        # table has no statistics, and read all of the store for each order.
        constraints = [
            models.UniqueConstraint(
                fields=["order_external_id", "store", "external_id"], name="one_line_of_an_order"
            )
        ]
        indexes = [models.Index(fields=["store", "product_external_id"], name="lines_by_product")]


class RefundKind(models.TextChoices):
    SINGLE = "single", _("Refund")
    SUM = "sum", _("Refunds so far")  # as a file sums up those of an order
    RETURNED = "returned", _("Returned goods")  # the lines with a quantity below zero


class Refund(models.Model):
    """Money given back for an order. It names the order in the shop's words, and may be known before it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=RefundKind.choices, default=RefundKind.SINGLE)
    order_external_id = models.CharField(max_length=200)
    external_id = models.CharField(max_length=400, blank=True)  # within the order; "" but for single ones
    amount_minor = models.BigIntegerField(null=True)  # null: the shop did not say, as for a whole order
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=300, blank=True)
    refunded_at = models.DateTimeField()
    covers_until = models.DateTimeField(null=True)  # of a sum: single refunds up to then are part of it
    counted = models.BooleanField(default=True)  # False: part of a sum
    described_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_external_id", "store", "kind", "external_id"], name="one_refund_of_an_order"
            )
        ]


class OrderFollower(models.Model):
    """An event that is about an order or a shipment and names nobody: it is put to whoever placed the order."""

    pk = models.CompositePrimaryKey("store_id", "event_id")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    event_id = models.BigIntegerField()
    order_external_id = models.CharField(max_length=200, blank=True)  # "": that of the shipment, once known
    shipment_external_id = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "order_external_id"],
                name="followers_by_order",
                condition=~models.Q(order_external_id=""),
            ),
            models.Index(
                fields=["store", "shipment_external_id"],
                name="followers_by_shipment",
                condition=~models.Q(shipment_external_id=""),
            ),
        ]
