from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models import Identity
from regard.survey.models.survey import Survey


class Channel(models.TextChoices):
    """How somebody came to a survey."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    LINK = "link", _("Link")
    WEB = "web", _("In the shop")


class InvitationState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    OPENED = "opened", _("Opened")
    PARTIAL = "partial", _("Begun")
    COMPLETED = "completed", _("Complete")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Not asked")  # and `why` says the reason


class Invitation(models.Model):
    """That a customer is asked a survey, or was not to be (`refused`).

    token_hash: SHA-256 of the token in the address, which is kept nowhere; null of what was refused. key: the same
    wish makes one invitation, however often it is told; "" for none. levers: by name, whether this one has it, and
    as `tested` the one for which that was drawn. Of anonymous surveys it knows that it was answered and no more,
    and when to the day.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    key = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=100, blank=True)  # such as "journey:after-delivery"
    about = models.CharField(max_length=20, blank=True)  # order, product, ticket
    about_id = models.CharField(max_length=200, blank=True)
    order_external_id = models.CharField(max_length=200, blank=True)
    product_external_id = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=20, blank=True)
    levers = models.JSONField(default=dict)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=InvitationState.choices, default=InvitationState.WAITING)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "key"], name="one_invitation_a_key", condition=~Q(key="")
            )
        ]
        indexes = [
            models.Index(fields=["identity", "-invited_at", "-id"], name="invitations_by_identity"),
            models.Index(fields=["survey", "-invited_at", "-id"], name="invitations_by_time"),
            models.Index(fields=["survey", "state"], include=["store"], name="invitations_by_outcome"),
            models.Index(
                fields=["next_reminder_at"],
                name="invitations_to_remind",
                condition=Q(next_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="invitations_to_expire",
                condition=Q(state__in=["waiting", "opened", "partial"]),
            ),
        ]
