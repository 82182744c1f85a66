from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class Segment(models.Model):
    """A saved question about customers (see `domain/segments`); who is in it is asked each time."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("filter"))
    actor = models.CharField(max_length=320)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="one_segment_a_name")]
