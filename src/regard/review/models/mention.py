from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models import Identity


class ToldFeeling(models.TextChoices):
    """How a mention sounds, as whoever watches the network told it."""

    NEGATIVE = "negative", _("Negative")
    NEUTRAL = "neutral", _("Neutral")
    POSITIVE = "positive", _("Positive")


class Mention(models.Model):
    """Somebody spoke of the store in public. interactions, followers: as they were told last."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", null=True, db_index=False)
    external_id = models.CharField(max_length=400)
    source = models.CharField(max_length=100, blank=True)  # the network
    author = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=2_000, blank=True)
    told_feeling = models.CharField(max_length=10, choices=ToldFeeling.choices, blank=True)
    interactions = models.BigIntegerField(default=0)
    followers = models.BigIntegerField(default=0)
    mentioned_at = models.DateTimeField()
    history = models.BooleanField()  # known from the past alone
    event_id = models.BigIntegerField()
    told_by = ArrayField(
        models.BigIntegerField(), default=list
    )  # ids of the events that told of it, the latest ones
    is_open = models.BooleanField(default=False)  # it waits on the daily list for somebody to see to it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_mention_an_external_id")
        ]
        indexes = [
            models.Index(fields=["identity", "-mentioned_at", "-id"], name="mentions_by_identity"),
            models.Index(fields=["mentioned_at", "store"], name="mentions_of_store_by_time"),
            models.Index(
                fields=["store", "-mentioned_at", "-id"],
                name="open_mentions",
                condition=models.Q(is_open=True),
            ),
        ]


class MentionStanding(models.Model):
    """What the store did about a mention; by its external id, so that it holds when the log is read again."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=400)
    done_at = models.DateTimeField(null=True)  # somebody saw to it
    done_by = models.CharField(max_length=320, blank=True)
    reply_url = models.CharField(max_length=2_000, blank=True)  # where the store answered
    task = models.BigIntegerField(null=True)  # its number

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["external_id", "store"], name="one_standing_a_mention")
        ]
        indexes = [models.Index(fields=["store", "done_at"], name="mentions_done_by_time")]
