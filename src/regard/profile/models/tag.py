from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models import Store
from regard.profile.models.identity import Identity


class CustomerTag(models.Model):
    """A word that a person put to a customer. It is kept at an identity, so that it moves when that does."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    actor = models.CharField(max_length=320)
    tagged_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "name"], name="one_tag_an_identity")]
        indexes = [models.Index(fields=["store", "name"], name="tags_by_name")]
