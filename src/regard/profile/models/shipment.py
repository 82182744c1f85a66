from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class ShipmentState(models.TextChoices):
    """How far a parcel is, in the order in which it usually goes."""

    PENDING = "pending", _("Being prepared")
    SHIPPED = "shipped", _("Handed over")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    AVAILABLE = "available_for_pickup", _("Ready to be picked up")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed_attempt", _("Delivery failed")
    RETURNED = "returned", _("Returned to sender")
    LOST = "lost", _("Lost")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unknown")


class Shipment(models.Model):
    """A parcel, as the shop or its carrier last described it. It belongs to whoever placed the order.

    `external_id` is the shop's id of it; else its tracking number; else "order:" and the order's id.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    order_external_id = models.CharField(max_length=200)
    external_id = models.CharField(max_length=300)
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=200, blank=True)
    tracking_url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=ShipmentState.choices, default=ShipmentState.UNKNOWN)
    state_text = models.CharField(max_length=200, blank=True)  # the state in the teller's own words
    shipped_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    # Part of the shipment -> rank of the description that it was taken from, see Order.told.
    told = models.JSONField(default=dict)
    # All numbers that this was ever told with: what is told by one of them alone is told of this.
    tracking_numbers = ArrayField(models.CharField(max_length=200), default=list)
    # It is known better by another name now, and is shown and counted under that.
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_shipment_an_external_id")
        ]
        indexes = [
            models.Index(fields=["order_external_id", "store"], name="shipments_by_order"),
            GinIndex(fields=["tracking_numbers"], name="shipments_by_number"),
        ]


class TrackingStep(models.Model):
    """A state that a shipment was in, and when."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    shipment_external_id = models.CharField(max_length=300)
    state = models.CharField(max_length=20, choices=ShipmentState.choices)
    at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=500, blank=True)  # as the carrier puts it
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "shipment_external_id", "at", "state"], name="one_step_a_moment"
            )
        ]
