from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock


class Store(models.Model):
    """One online store; every other row belongs to one."""

    slug = models.SlugField(
        _("short name"),
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Use small letters, digits and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("Money is reported in it."))
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("Days are cut in it."))
    language = models.CharField(_("language"), max_length=10)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_(
            "Two letters, such as DE. Phone numbers without an international prefix are read as its."
        ),
    )
    event_retention_months = models.PositiveIntegerField(
        _("months that events are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_("Older events are deleted every night. Empty: kept for ever."),
    )
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
