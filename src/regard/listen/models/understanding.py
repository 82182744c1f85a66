from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class Feeling(models.TextChoices):
    """How the writer of a text feels; `unknown` in a language that is not understood."""

    NEGATIVE = "negative", _("Negative")
    NEUTRAL = "neutral", _("Neutral")
    POSITIVE = "positive", _("Positive")
    UNKNOWN = "unknown", _("Unknown")


class Urgency(models.IntegerChoices):
    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    URGENT = 3, _("Urgent")


class Understanding(models.Model):
    """What was understood of a text that a customer wrote. The words stay where they were said (`text_sources`).

    Written with the text, and filled as soon as it is understood.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20)  # name of a TextSource
    source_id = models.BigIntegerField()  # of its row
    said_at = models.DateTimeField()
    history = models.BooleanField(default=False)  # known from imports alone
    digest = models.BigIntegerField()  # of words and stars, so that the same ones are understood once
    understood_at = models.DateTimeField(null=True)  # null while it waits
    language = models.CharField(max_length=8, blank=True)
    feeling = models.CharField(max_length=10, choices=Feeling.choices, blank=True)
    score = models.FloatField(null=True)  # -1 to 1
    emotions = ArrayField(models.CharField(max_length=20), default=list)
    intents = ArrayField(models.CharField(max_length=60), default=list)  # the surest first
    confidence = models.FloatField(null=True)  # of the surest intent, or that there is none; 0 to 1
    urgency = models.SmallIntegerField(choices=Urgency.choices, null=True)
    # What a person said it is, which nothing that is understood later changes.
    is_feeling_told = models.BooleanField(default=False)
    is_intent_told = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id", "store"], name="one_understanding_a_text")
        ]
        indexes = [
            models.Index(fields=["store", "-said_at", "-id"], name="understood_by_time"),
            models.Index(fields=["store", "feeling", "-said_at", "-id"], name="understood_by_feeling"),
            models.Index(fields=["store", "urgency", "-said_at", "-id"], name="understood_by_urgency"),
            GinIndex(fields=["intents"], name="understood_by_intent"),
            models.Index(
                fields=["store", "id"],
                name="texts_to_understand",
                condition=models.Q(understood_at=None),
            ),
        ]


class Theme(models.Model):
    """Something that several texts speak of. phrases: what it is found by; none of a theme that every shop has."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    phrases = ArrayField(models.CharField(max_length=200), default=list)
    found_at = models.DateTimeField(null=True)  # the last time that texts had it; null: every shop has it
    # When all texts of the past were put to its phrases; null: they are yet to be.
    mentioned_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False)  # somebody found that it says nothing
    told_rising_at = models.DateTimeField(null=True)  # when complaints of it were last told to rise

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="one_theme_a_name")]


class ThemeMention(models.Model):
    """A text that speaks of a theme."""

    pk = models.CompositePrimaryKey("theme_id", "understanding_id")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+", db_index=False)
    understanding = models.ForeignKey(Understanding, models.CASCADE, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["theme", "-said_at"], name="mentions_by_time")]


class Lesson(models.Model):
    """What a person said of a text: an example of an intent, or whether what was told of a text is right.

    It names the text by the shop's id, so that it holds when the log is read again.
    """

    class About(models.TextChoices):
        FEELING = "feeling", _("Feeling")
        INTENT = "intent", _("Intent")

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20, blank=True)  # name of a TextSource; empty: an example
    external_id = models.CharField(max_length=400, blank=True)  # of its row
    about = models.CharField(max_length=10, choices=About.choices)
    words = models.TextField()
    language = models.CharField(max_length=8)
    told = models.CharField(max_length=60, blank=True)  # by Regard; empty: it had not been asked
    right = models.CharField(max_length=60)  # what it is
    confidence = models.FloatField(null=True)  # that Regard had
    actor = models.CharField(max_length=300)
    taught_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id", "about"],
                name="one_lesson_a_text",
                condition=~models.Q(source=""),
            )
        ]
        indexes = [models.Index(fields=["store", "about", "-id"], name="lessons_of_store")]
