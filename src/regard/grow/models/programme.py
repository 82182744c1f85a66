from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Identity


class ProgrammeKind(models.TextChoices):
    """Source: specification, feedback, section 14."""

    BOARD = "board", _("Advisory board")
    BETA = "beta", _("Beta test")
    PRE_LAUNCH = "pre_launch", _("Pre-launch test")


class Programme(models.Model):
    """Customers with whom the store works on what it sells and does.

    The figures of its last proposal are kept, so that the page says what the candidates were measured by:
    known_customers: of whom all is known that it asks for; least_standing: that of the last who is proposed.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=ProgrammeKind.choices)
    name = models.CharField(max_length=100)
    purpose = models.TextField(blank=True)  # customers read it
    rhythm = models.CharField(max_length=200, blank=True)
    thanks = models.CharField(max_length=200, blank=True)  # what members get for it
    share_percent = models.PositiveSmallIntegerField()  # of the customers known are proposed
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)
    known_customers = models.IntegerField(default=0)
    bought_customers = models.IntegerField(default=0)
    least_standing = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="programmes_of_store")]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class MemberState(models.TextChoices):
    CANDIDATE = "candidate", _("Candidate")
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Takes part")
    DECLINED = "declined", _("Declined")
    LEFT = "left", _("Left")
    DISMISSED = "dismissed", pgettext_lazy("of a candidate", "Dismissed")  # not to be asked; `note` says why


class ProgrammeMember(models.Model):
    """A customer in a programme, and by which figures they were proposed, as of then.

    satisfaction: the index (CSI); engagement: the pillar "behaviour" of health; both 0 to 100. value_minor: spent
    after refunds. Their ranks: percent of the store's customers with less. standing: the mean of the ranks that
    the kind of programme goes by. Null: not known.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MemberState.choices, default=MemberState.CANDIDATE)
    standing = models.FloatField(default=0.0)
    satisfaction = models.FloatField(null=True)
    engagement = models.FloatField(null=True)
    value_minor = models.BigIntegerField(null=True)
    satisfaction_rank = models.FloatField(null=True)
    engagement_rank = models.FloatField(null=True)
    value_rank = models.FloatField(null=True)
    by_hand = models.BooleanField(default=False)  # somebody put them on the list
    proposed_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    invited_by = models.CharField(max_length=320, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=320, blank=True)  # "customer" by the link
    left_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    unsent = models.TextField(blank=True)  # why an invitation could not leave

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "identity"], name="once_in_a_programme"),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "-standing", "-id"], name="programme_members"),
        ]

    @property
    def customer_id(self) -> int:
        return self.identity.customer_id
