from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.profile.models import Identity


class ContactPreference(models.Model):
    """What somebody wants of marketing beside their consents. The latest of a customer's identities counts."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.OneToOneField(Identity, models.CASCADE, related_name="+")
    refused_topics = models.JSONField(default=list)  # their keys
    wants_less = models.BooleanField(default=False)  # half as many messages
    told_at = models.DateTimeField()
