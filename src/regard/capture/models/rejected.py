from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class RejectedState(models.TextChoices):
    OPEN = "open", _("Open")
    REPLAYED = "replayed", _("Replayed")
    DISCARDED = "discarded", _("Discarded")


class RejectedEvent(models.Model):
    """An event that could not be accepted, kept as it came, with what is wrong and how to mend it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    source_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(default=clock.now)
    sent_as = models.CharField(max_length=20)  # the call it came through: track, batch, ...
    field = models.CharField(max_length=100)
    reason = models.CharField(max_length=300)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=RejectedState.choices, default=RejectedState.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=320, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "state", "-id"], name="rejected_by_state")]
