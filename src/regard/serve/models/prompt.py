from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store
from regard.survey.models import Survey


class Kind(models.TextChoices):
    SURVEY = "survey", _("A survey")
    MESSAGE = "message", _("A message")


class Device(models.TextChoices):
    ANY = "any", _("Any")
    PHONE = "phone", _("Phones")
    DESKTOP = "desktop", _("Larger screens")


class Trigger(models.TextChoices):
    """At what it appears; `amount` is the seconds, the percent, or how many times."""

    SECONDS = "seconds", _("After seconds on the page")
    SCROLLED = "scrolled", _("When so much of the page was scrolled through")
    LEAVING = "leaving", _("When the visitor is about to leave")
    EVENT = "event", _("When something was done in this visit")


class Visits(models.TextChoices):
    ANY = "any", _("Any")
    FIRST = "first", _("The first")
    RETURNING = "returning", _("Not the first")


class Place(models.TextChoices):
    CORNER = "corner", _("In the corner")
    CENTRE = "centre", _("In the middle, above the page")
    BAR = "bar", _("A bar at the bottom")


class Prompt(models.Model):
    """Something that appears on a shop's pages by what a visitor does there.

    texts: of a message, by language: title, text, button. included, excluded: paths, in which * stands for
    anything; none included: everywhere. again_days: so long it does not appear again in the same browser.
    without_consent: also to visitors who have agreed to nothing, of whom nothing is remembered.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    is_on = models.BooleanField(default=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    survey = models.ForeignKey(Survey, models.SET_NULL, null=True, related_name="+")
    texts = models.JSONField(default=dict)
    link = models.CharField(max_length=500, blank=True)
    included = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    device = models.CharField(max_length=7, choices=Device.choices, default=Device.ANY)
    trigger = models.CharField(max_length=8, choices=Trigger.choices, default=Trigger.SECONDS)
    amount = models.PositiveIntegerField(default=10)
    event = models.CharField(max_length=100, blank=True)
    share = models.PositiveSmallIntegerField(default=100)
    visits = models.CharField(max_length=9, choices=Visits.choices, default=Visits.ANY)
    again_days = models.PositiveIntegerField(default=30)
    without_consent = models.BooleanField(default=False)
    place = models.CharField(max_length=6, choices=Place.choices, default=Place.CORNER)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["store", "-is_on", "name", "id"], name="prompts_of_a_store")]

    def __str__(self) -> str:
        return self.name


class PromptDay(models.Model):
    """How often a prompt was shown on a day of the store, clicked and closed."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    shown = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "day"], name="one_count_of_a_prompt_a_day")]
