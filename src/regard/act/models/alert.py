from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store, User
from regard.profile.models import Customer


class AlertKind(models.TextChoices):
    NEGATIVE_REVIEW = "negative_review", _("Negative review from a repeat customer")


class AlertLevel(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    WARNING = "warning", _("Warning")
    OPPORTUNITY = "opportunity", _("Opportunity")


class AlertState(models.TextChoices):
    NEW = "new", _("New")
    SEEN = "seen", _("Seen")
    HANDLED = "handled", _("Handled")


class Alert(models.Model):
    """Something that a person should look at now. `repeats` counts what came on top while it was open."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    level = models.CharField(max_length=12, choices=AlertLevel.choices)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()  # a sentence in the store's language
    event_id = models.BigIntegerField()
    instance = models.CharField(max_length=400)  # what it is about: of a review, its external id
    state = models.CharField(max_length=8, choices=AlertState.choices, default=AlertState.NEW)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    repeats = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["store", "-raised_at", "-id"], name="alerts_by_time"),
            models.Index(fields=["store", "state", "-raised_at", "-id"], name="alerts_by_state"),
            models.Index(fields=["store", "customer", "-raised_at"], name="alerts_by_customer"),
        ]

    @property
    def response_time(self) -> timedelta | None:
        """From raised to handled; None while it is open."""
        return self.handled_at - self.raised_at if self.handled_at else None


class AlertOccurrence(models.Model):
    """What has raised an alert or collapsed into one; each thing does so once, however often it is read."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    instance = models.CharField(max_length=400)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="+")
    event_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "instance"], name="one_occurrence_an_instance")
        ]
