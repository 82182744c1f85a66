from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
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
        validators=[MinValueValidator(2), MaxValueValidator(1200)],
        help_text=_("Older events are deleted every night. Empty: kept for ever."),
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Use six digits after a #, such as #006b66."))],
        help_text=_("Marks the store wherever it stands beside others. Empty: Regard's own."),
    )
    sender_name = models.CharField(
        _("sender's name"), max_length=100, blank=True, help_text=_("In whose name e-mails go out.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Where answers to e-mails arrive. Empty: at the sender.")
    )
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
