from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class Source(models.Model):
    """Where events come from: a web shop's pages, a server, an app."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="one_source_a_name")]

    def __str__(self) -> str:
        return self.name


class WriteKey(models.Model):
    """Lets a source send events, and nothing else. Kept encrypted, since its owner must see it in the snippet."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    token_encrypted = models.TextField()
    events_per_second = models.PositiveIntegerField(_("events a second"), default=10_000)
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
