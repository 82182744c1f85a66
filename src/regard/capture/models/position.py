from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ReaderPosition(models.Model):
    """How far a reader of the log has come in one store; written in the same transaction as its effects."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    reader = models.CharField(max_length=40)
    event_id = models.BigIntegerField(default=0)
    has_read_live = models.BooleanField(default=False)  # whether a source has ever told what happens
    # While the log is read again: the event that it had come to before, the last of those that are read again.
    replay_until = models.BigIntegerField(null=True)
    # How often others held the readers of the store: what was read ahead before that is void.
    holds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "reader"], name="one_position_a_reader")]
