from __future__ import annotations

from django.db import models

from regard.act.models.send import Send
from regard.core.models import Store
from regard.profile.models import Identity


class Reply(models.Model):
    """What somebody answered to a message of ours, or wrote to the address that they come from.

    external_id: the same for each copy of it that reaches us.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    external_id = models.CharField(max_length=80)
    send = models.ForeignKey(Send, models.SET_NULL, null=True, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField()
    said_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "external_id"], name="replies_once")]
        indexes = [
            models.Index(fields=["identity"], name="replies_by_identity"),
            models.Index(fields=["send"], name="replies_by_send", condition=models.Q(send__isnull=False)),
        ]
