from __future__ import annotations

from django.db import models

from regard.core.models import Store


class LakeChange(models.Model):
    """That rows of a bucket changed, written by the statement that changed them; see domain/watching.py.

    Append-only for writers, so that none waits for another. A refresh takes away those that it has followed.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    source = models.CharField(max_length=40)
    bucket = models.BigIntegerField()


class LakeState(models.Model):
    """Which version of a store's files the database has noted last; see domain/files.py."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    version = models.CharField(max_length=32)
    refreshed_at = models.DateTimeField()
