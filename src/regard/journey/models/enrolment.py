from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.journey.models.journey import Journey, JourneyVersion
from regard.profile.models import Identity


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("Inside")
    DONE = "done", _("At the end")
    GOAL = "goal", _("Goal reached")
    EXITED = "exited", _("Left")
    REMOVED = "removed", _("Taken out")
    FAILED = "failed", _("Failed")
    HELD_OUT = "held_out", _("Held out")


class Enrolment(models.Model):
    """A customer's way through a journey, about one thing (`instance`: this order, this cart; "" for none).

    While active it is at `step`: it has just come there (`since` is null), or it waits there since then. It is
    looked at again at `wake_at`, or when an event signals it. `values` are plain: the event that it began with,
    and what steps have given, by name. Whose it is follows from the identity, so that it moves along with that.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(JourneyVersion, models.PROTECT, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    instance = models.CharField(max_length=200, blank=True)
    event_id = models.BigIntegerField(null=True)  # that it began with; null: no event did
    state = models.CharField(max_length=8, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    step = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)  # of the present step, that failed
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it ended as it did

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "journey", "instance"], name="inside_once", condition=Q(state="active")
            )
        ]
        indexes = [
            models.Index(fields=["journey", "wake_at"], name="enrolments_due", condition=Q(state="active")),
            models.Index(fields=["identity", "journey", "-entered_at"], name="enrolments_by_identity"),
            models.Index(fields=["journey", "-entered_at", "-id"], name="enrolments_by_time"),
            models.Index(fields=["journey", "state", "-entered_at", "-id"], name="enrolments_by_state"),
            models.Index(
                fields=["journey", "step", "-entered_at", "-id"],
                name="enrolments_by_step",
                condition=Q(state="active"),
            ),
        ]


class StepEntry(models.Model):
    """A line of what happened to somebody in a journey, for people to read. It holds no words of customers."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    step = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["enrolment", "id"], name="entries_by_enrolment")]


class Signal(models.Model):
    """That an event concerns somebody inside a journey that listens to it: the runner looks, once."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+")
    event_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    told = models.JSONField()  # what the event said

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "event_id"], name="signalled_once")]


class Check(models.Model):
    """What came of the last event or look at which somebody might have entered a journey, and why."""

    pk = models.CompositePrimaryKey("identity_id", "journey_id")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    event_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=12)  # a name of domain/entering.py's Outcome
    instance = models.CharField(max_length=200, blank=True)
