from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ReviewDisplay(models.Model):
    """Whether a store's published reviews can be read by everybody, and the token of their address.

    The token stands on the shop's pages and is no secret; it is kept while the display is off, so that what was
    put there works again.
    """

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    token = models.CharField(max_length=64, unique=True)
    is_on = models.BooleanField(default=False)
