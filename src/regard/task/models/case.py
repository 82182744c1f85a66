from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store, User
from regard.profile.models import Customer, Identity


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class CaseStage(models.TextChoices):
    """The seven stages of a recovery, in their order. Source: specification, act, section 4."""

    RECOGNISE = "recognise", _("Recognise")
    EMPATHISE = "empathise", _("Empathise")
    SOLVE = "solve", _("Solve")
    TRANSFORM = "transform", _("Transform")
    OPTIMISE = "optimise", _("Optimise")
    RETAIN = "retain", _("Retain")
    ELEVATE = "elevate", _("Elevate")


class RecoveryCase(models.Model):
    """A customer who was let down and is to be won back, in seven stages. `key` is the wish that opened it.

    cost_minor: what it has cost so far, in minor units of the store's currency.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    cost_minor = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_case_a_key")]
        indexes = [
            models.Index(fields=["store", "state", "-id"], name="cases_by_state"),
            models.Index(fields=["identity", "-id"], name="cases_by_identity"),
        ]

    @property
    def customer(self) -> Customer:
        """Whom it is about. Select "identity__customer" along."""
        return self.identity.customer

    @property
    def customer_id(self) -> int:
        return self.identity.customer_id


class CaseStep(models.Model):
    """A stage of a case: done or skipped, or neither yet. note: what was done, or why it was skipped."""

    case = models.ForeignKey(RecoveryCase, models.CASCADE, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=CaseStage.choices)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # or skipped
    is_skipped = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "place"], name="one_step_a_place")]

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at < clock.now()
