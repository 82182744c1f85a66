from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class Brand(models.Model):
    """How messages of a store look, beside its name and colour, and the address that they must tell."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    logo_url = models.URLField(_("logo"), max_length=500, blank=True)
    website = models.URLField(_("web site"), max_length=500, blank=True)
    postal_address = models.TextField(_("postal address"), max_length=500, blank=True)
