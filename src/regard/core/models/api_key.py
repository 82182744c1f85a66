from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from regard.core import clock
from regard.core.models.store import Store
from regard.core.models.user import User


class ApiKey(models.Model):
    """Lets a program use the REST API of one store, within its scopes. Only the hash of its token is kept."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # the token's first characters, to tell keys apart
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
