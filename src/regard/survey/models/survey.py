from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


def make_link() -> str:
    """What the address of an open link holds: not to be guessed, and no secret."""
    return secrets.token_urlsafe(9)


class Survey(models.Model):
    """What is asked. `draft` is as it is being written; what people are asked is said by the current version.

    Paused: nobody is asked and what was begun may be finished. Ended: nothing is taken any more. open_link:
    whoever has its address may answer, invited or not.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=6, choices=SurveyState.choices, default=SurveyState.DRAFT)
    draft = models.JSONField()
    # None while none is published; a version is of its survey for ever.
    current = models.ForeignKey(
        "SurveyVersion", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    link = models.CharField(max_length=32, unique=True, default=make_link)
    open_link = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)  # the draft
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="one_survey_a_key")]

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """How a survey is since a moment, see domain/definition; never changed. Who began with it goes on with it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.CharField(max_length=320)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_survey_version_a_number")
        ]


class AskingRules(models.Model):
    """How often a customer is asked, over all surveys of a store that are not exempt; see domain/asking/rules.py.

    What it says without being set is a proposal; 0 days: the limit does not hold."""

    store = models.OneToOneField(Store, models.CASCADE, primary_key=True, related_name="+")
    short_days = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(365)])
    most_in_short = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    long_days = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(365)])
    most_in_long = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1)])
