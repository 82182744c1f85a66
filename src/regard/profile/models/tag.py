from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models import Store
from regard.profile.models.identity import Identity


class CustomerTag(models.Model):
    """A word that a person or an imported file put to a customer. It is kept at an identity, so that it moves when
    that does.

    event_id: of the fact that a file told it by; None: a person did. is_taken: a person took it away since, which
    stays so however often the log is read again.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    actor = models.CharField(max_length=320)
    tagged_at = models.DateTimeField(default=clock.now)
    event_id = models.BigIntegerField(null=True)
    is_taken = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "name", "event_id"], nulls_distinct=False, name="one_tag_a_telling"
            )
        ]
        indexes = [models.Index(fields=["store", "name"], name="tags_by_name")]
