from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models import Store
from regard.profile.models.identity import Identity


class CustomerNote(models.Model):
    """What somebody of the store wrote about a customer; kept at an identity, so that it moves when that does.

    removed_at: when it was taken away, which can be taken back for a while.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    actor = models.CharField(max_length=320)
    written_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["identity", "-written_at", "-id"], name="notes_by_identity"),
            models.Index(
                fields=["store", "removed_at"],
                name="removed_notes",
                condition=models.Q(removed_at__isnull=False),
            ),
        ]
