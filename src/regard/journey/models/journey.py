from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class JourneyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    OFF = "off", _("Off")


class Journey(models.Model):
    """What is done for customers, step by step, after something has happened.

    Paused: nobody enters or moves, and all stay where they are. Off: nobody enters, who is inside goes on to the
    end. What happens in which order is said by its current version.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=6, choices=JourneyState.choices, default=JourneyState.DRAFT)
    # Percent of those who would enter: they are noted and get nothing, so that the effect can be told.
    holdout = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(90)])
    is_playbook = models.BooleanField(default=False)
    # None while none is written; a version is of its journey for ever.
    current = models.ForeignKey(
        "JourneyVersion", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    switched_on_at = models.DateTimeField(null=True)  # when it was last switched on
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="one_journey_a_key")]

    def __str__(self) -> str:
        return self.name


class JourneyVersion(models.Model):
    """How a journey goes, see domain/definition. Who is inside stays on the version of their entry."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.CharField(max_length=320)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="one_version_a_number")]


class SegmentMember(models.Model):
    """That a customer is in the segment by whose entry or exit a journey starts, as last looked."""

    pk = models.CompositePrimaryKey("journey_id", "customer_id")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    customer_id = models.BigIntegerField()


class StepTotal(models.Model):
    """How many have come to a step, or ended there, in all versions; see domain/totals.py for the names."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(max_length=60)
    what = models.CharField(max_length=12)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "step", "what"], name="one_total_a_step")]


class JourneyDay(models.Model):
    """That everybody whose day it was has been looked for, for a journey that starts on one."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "day"], name="each_day_once")]
