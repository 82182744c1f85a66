from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store
from regard.desk.models import FeedbackItem
from regard.grow.models.programme import Programme, ProgrammeMember


class SessionKind(models.TextChoices):
    ONLINE = "online", _("Meeting online")
    IN_PERSON = "in_person", _("Meeting in person")
    TEST = "test", _("Test")


class ProgrammeSession(models.Model):
    """A meeting or a test."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=SessionKind.choices)
    title = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    agenda = models.TextField(blank=True)  # of a test: the protocol
    notes = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=320)

    class Meta:
        indexes = [models.Index(fields=["programme", "-held_at", "-id"], name="programme_sessions")]


class Attendance(models.Model):
    """A member who was there. said: what they had to say, a text as any other of theirs."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(ProgrammeMember, models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=40)  # by which improvements name it
    satisfaction = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    said = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="there_once"),
            models.UniqueConstraint(fields=["store", "external_id"], name="one_attendance_a_name"),
            models.CheckConstraint(
                condition=models.Q(satisfaction=None) | models.Q(satisfaction__range=(1, 5)),
                name="satisfaction_of_1_to_5",
            ),
        ]


class Verdict(models.TextChoices):
    """What a test leads to. Source: specification, feedback, section 14."""

    GO = "go", _("Go")
    CHANGE = "change", _("Change it first")
    STOP = "stop", _("Stop")


class Decision(models.Model):
    """What was decided, and the improvement that it leads to, if it does."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    session = models.ForeignKey(ProgrammeSession, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    item = models.ForeignKey(FeedbackItem, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.CharField(max_length=320)

    class Meta:
        indexes = [models.Index(fields=["programme", "-decided_at", "-id"], name="programme_decisions")]
