from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models import Identity


class SendState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    SUPPRESSED = "suppressed", _("Suppressed")


class Purpose(models.TextChoices):
    """What a message is for, see domain/leaving.py. All but marketing and replies have an hourly budget each."""

    TEAM = "team", _("For the team")
    TRANSACTIONAL = "transactional", _("Owed to the customer")
    MARKETING = "marketing", _("Marketing")
    REPLY = "reply", _("An answer to the customer")
    SURVEY = "survey", _("A survey")


# What a customer may refuse, and has links in it to do so.
REFUSABLE = frozenset({Purpose.MARKETING, Purpose.SURVEY})


class Send(models.Model):
    """A row of the outbox: one message to one recipient, wanted once.

    `intent` says why it is sent and `instance` about what, so that the same message is never queued twice.
    `message_id` is the same for every attempt.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=320)
    purpose = models.CharField(max_length=13, choices=Purpose.choices)
    # Whom it is about; of marketing, whose consent is asked for. It may pass to another customer.
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    intent = models.CharField(max_length=60)
    instance = models.CharField(max_length=200)
    subject = models.CharField(max_length=500)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SendState.choices, default=SendState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)  # of an attempt; by the database's own clock
    last_error = models.TextField(blank=True)  # or why it is held back
    message_id = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)  # of competing marketing
    topic = models.CharField(
        max_length=40, blank=True, db_default=""
    )  # of marketing, what its recipient may turn off
    may_wait_until = models.DateTimeField(null=True)  # after that it is outdated, and dropped
    cleared_at = models.DateTimeField(
        null=True
    )  # of marketing: when it was last let go, which the cap counts
    is_freed = models.BooleanField(default=False, db_default=False)  # a person let it go past the limit
    # What it was made of, such as "welcome-1, 3"; "": of no template.
    template_version = models.CharField(max_length=80, blank=True, db_default="")
    opened_at = models.DateTimeField(null=True)  # by a person, the last time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel", "recipient", "intent", "instance"], name="wanted_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "purpose", "due_at", "id"], name="sends_due", condition=Q(state="queued")
            ),
            models.Index(fields=["leased_until"], name="sends_leased", condition=Q(state="sending")),
            models.Index(
                fields=["store", "purpose", "sent_at"], name="sends_sent", condition=Q(sent_at__isnull=False)
            ),
            models.Index(fields=["store", "-created_at", "-id"], name="sends_by_time"),
            models.Index(fields=["store", "state", "-created_at", "-id"], name="sends_by_state"),
            models.Index(
                fields=["store", "cleared_at", "intent"],
                name="sends_let_go",
                condition=Q(cleared_at__isnull=False, is_freed=False),
            ),
            models.Index(fields=["store", "intent"], name="sends_held", condition=Q(state="held")),
            models.Index(fields=["message_id"], name="sends_by_message"),
            models.Index(fields=["identity"], name="sends_by_identity", condition=Q(identity__isnull=False)),
        ]

    @property
    def customer_id(self) -> int | None:
        """Whom it is about; None: nobody. Select "identity" along."""
        return self.identity.customer_id if self.identity else None


class SendingSwitch(models.Model):
    """Stops everything that a store sends, at once, until somebody lets it go on."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+")
    stopped_at = models.DateTimeField(null=True)  # null: sending goes on
    stopped_by = models.CharField(max_length=320, blank=True)
