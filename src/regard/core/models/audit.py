from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models.store import Store


class AuditEntry(models.Model):
    """Who did what, when. The database refuses to change or delete entries."""

    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=320)  # an e-mail, "key:<name>", "cli" or "system"
    action = models.CharField(max_length=60)  # such as "member.invited"
    target = models.CharField(max_length=320)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["store", "-id"], name="audit_by_store"),
            models.Index(fields=["store", "action", "-id"], name="audit_by_action"),
            models.Index(fields=["store", "actor", "-id"], name="audit_by_actor"),
            models.Index(  # of the beginning of a target too, whatever the collation
                fields=["store", "target", "-id"],
                name="audit_by_target",
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["store", "at"], name="audit_by_time"),
        ]
