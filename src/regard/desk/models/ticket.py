from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models import Identity


class Ticket(models.Model):
    """A customer's request for help, as the shop's helpdesk tells of it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    # Null while a ticket that names only its order waits for that order.
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", null=True, db_index=False)
    follows_order = models.BooleanField(default=False)
    external_id = models.CharField(max_length=200)
    subject = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=40, blank=True)  # in the helpdesk's words
    priority = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    order_external_id = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)  # null again when it was reopened since
    reopened_at = models.DateTimeField(null=True)  # the last time
    escalated_at = models.DateTimeField(null=True)  # the first time
    described_at = models.DateTimeField()  # when the latest telling was made
    event_id = models.BigIntegerField()  # the event that holds it
    history = models.BooleanField()  # known from imports alone
    # Part of the ticket -> rank of the telling that it was taken from, see Order.told.
    told = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_ticket_an_external_id")
        ]
        indexes = [
            models.Index(fields=["identity", "-opened_at", "-id"], name="tickets_by_identity"),
            models.Index(fields=["store", "-opened_at", "-id"], name="tickets_by_time"),
            models.Index(
                fields=["store", "order_external_id"],
                name="tickets_following_orders",
                condition=models.Q(follows_order=True),
            ),
        ]
