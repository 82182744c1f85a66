from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ChannelAccount(models.Model):
    """By what a store reaches people on a channel other than e-mail; encrypted, since it holds secrets."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    values = models.TextField()  # a JSON object of texts, encrypted

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "channel"], name="one_account_a_channel")]
