from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models.identity import Identity


class CustomerEvent(models.Model):
    """Which identity an event of the log is about, and what could not be used of it.

    The log is ordered by receipt and partitioned by month, so it cannot answer "the latest of this customer"
    without reading everything. This narrow table can, and it does not change when an identity moves. Like the
    log it has no constraints to other tables: checking them takes longer than writing it.
    """

    pk = models.CompositePrimaryKey("store_id", "event_id")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    event_id = models.BigIntegerField()
    identity = models.ForeignKey(
        Identity, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    occurred_at = models.DateTimeField()
    note = models.TextField(blank=True)  # values that were left out, and why

    class Meta:
        indexes = [
            models.Index(fields=["identity", "-occurred_at", "-event_id"], name="customer_events_by_time")
        ]
