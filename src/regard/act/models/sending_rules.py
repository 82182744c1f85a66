from __future__ import annotations

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class SendingRules(models.Model):
    """When marketing of a store may leave; a store without a row has the defaults."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+")
    quiet_from = models.TimeField(_("quiet from"), default=time(21))
    quiet_until = models.TimeField(_("quiet until"), default=time(8))
    weekly_cap = models.PositiveSmallIntegerField(
        _("marketing messages a week"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    origin_limit = models.PositiveIntegerField(
        _("marketing messages an hour of one origin"),
        default=500,
        db_default=500,
        validators=[MinValueValidator(1), MaxValueValidator(20_000)],
    )
    store_limit = models.PositiveIntegerField(
        _("marketing messages an hour in all"),
        default=1_000,
        db_default=1_000,
        validators=[MinValueValidator(1), MaxValueValidator(20_000)],
    )
    topics = models.JSONField(default=list)  # [key, name] of each; none: the usual ones, see domain/topics.py
