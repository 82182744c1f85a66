from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.desk.models.feedback_item import FeedbackItem, FeedbackStatus
from regard.profile.models import Identity


class TellingState(models.TextChoices):
    WAITING = "waiting", _("On its way")
    TOLD = "told", _("Told")
    UNSENT = "unsent", _("Could not be told")


class FeedbackTelling(models.Model):
    """That a supporter of an item is told what became of it. Once for each way in which it can end."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(FeedbackItem, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=FeedbackStatus.choices)  # done or declined
    state = models.CharField(max_length=8, choices=TellingState.choices, default=TellingState.WAITING)
    wanted_by = models.CharField(max_length=320)
    wanted_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    unsent = models.TextField(blank=True)  # why it cannot be sent

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "outcome", "identity"], name="told_once_of_an_outcome")
        ]
        indexes = [
            models.Index(fields=["item", "outcome", "state"], name="tellings_by_state"),
            models.Index(fields=["id"], name="tellings_waiting", condition=models.Q(state="waiting")),
        ]

    @property
    def customer_id(self) -> int:
        """Select "identity" along."""
        return self.identity.customer_id


class ImprovementDisplay(models.Model):
    """Whether everybody can read what a store did because customers asked, and the token of that page's address.

    The token is no secret, and is kept while the page is off, so that what was put into the shop works again.
    """

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    token = models.CharField(max_length=64, unique=True)
    is_on = models.BooleanField(default=False)
