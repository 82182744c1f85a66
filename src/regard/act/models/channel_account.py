from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class PostedAlerts(models.TextChoices):
    """Which alerts are posted to a channel that the store's own people read."""

    ALL = "all", _("Critical ones and summaries")
    CRITICAL = "critical", _("Critical ones only")
    NONE = "none", _("No alerts")


class ChannelAccount(models.Model):
    """By what a store reaches people on a channel other than e-mail; encrypted, since it holds secrets."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    values = models.TextField()  # a JSON object of texts, encrypted
    # Of a channel that a team reads; others have no such choice.
    alerts = models.CharField(
        max_length=8, choices=PostedAlerts.choices, default=PostedAlerts.ALL, db_default=PostedAlerts.ALL
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "channel"], name="one_account_a_channel")]
