from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store, User
from regard.profile.models import Customer, Identity

NEVER = datetime(
    9999, 12, 31, tzinfo=UTC
)  # where a list is ordered: after every time at which something is due


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class TaskResult(models.TextChoices):
    """What came of it, in a word that journeys can part people by."""

    SETTLED = "settled", _("It is settled")
    UNSETTLED = "unsettled", _("It is not settled")
    UNREACHED = "unreached", _("Nobody was reached")


class Task(models.Model):
    """What a person has to do: about a customer, whom its identity makes, or about the store.

    `key` is the wish that made it: what is wished twice is made once. `result_text` says in words what came of it,
    or why it was dropped.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    result = models.CharField(max_length=10, choices=TaskResult.choices, blank=True)
    result_text = models.TextField(blank=True)
    origin = models.CharField(max_length=200)  # "person", or such as "journey:detractor-recovery"
    key = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", models.Value(NEVER)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    told_overdue_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  # or dropped

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_task_a_key")]
        indexes = [
            models.Index(
                fields=["store", "due_order", "id"],
                name="open_tasks_by_due",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["store", "state", "-done_at", "-id"], name="tasks_by_state"),
            models.Index(fields=["store", "-made_at", "-id"], name="tasks_by_time"),
            models.Index(fields=["store", "origin", "-id"], name="tasks_by_origin"),
            models.Index(
                fields=["identity", "-id"],
                name="tasks_by_identity",
                condition=models.Q(identity__isnull=False),
            ),
            models.Index(
                fields=["due_at"],
                name="tasks_to_tell_overdue",
                condition=models.Q(state="open", told_overdue_at=None, due_at__isnull=False),
            ),
        ]

    @property
    def customer(self) -> Customer | None:
        """Whom it is about; None: it is about the store. Select "identity__customer" along."""
        return self.identity.customer if self.identity else None

    @property
    def customer_id(self) -> int | None:
        return self.identity.customer_id if self.identity else None

    @property
    def is_overdue(self) -> bool:
        return self.state == TaskState.OPEN and self.due_at is not None and self.due_at < clock.now()
