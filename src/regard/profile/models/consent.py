from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models.identity import Identity


class ConsentChannel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    PHONE = "phone", _("Phone")
    PUSH = "push", _("Push")
    WHATSAPP = "whatsapp", _("WhatsApp")
    POST = "post", _("Letter")


class Consent(models.Model):
    """Append-only: each time somebody allowed marketing on a channel, or withdrew that. The latest counts."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20, choices=ConsentChannel.choices)
    given = models.BooleanField()
    told_at = models.DateTimeField()
    origin = models.CharField(max_length=200, blank=True)  # where it was said: a form, an import, a person
    # Given while the store asked for a confirmation, by whoever may not be the one whose address it is.
    needs_confirming = models.BooleanField(default=False, db_default=False)
    event_id = models.BigIntegerField()
    history = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "event_id", "channel"], name="one_consent_an_event")
        ]
        indexes = [models.Index(fields=["identity", "channel", "-told_at"], name="consents_by_identity")]


class DoubleOptIn(models.Model):
    """That a store asks for consents on a channel to be confirmed: from `since` on, until it was switched off.

    Rows of the past stay, so that a consent which is read again is what it was.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20, choices=ConsentChannel.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # null: it is on

    class Meta:
        indexes = [models.Index(fields=["store", "channel"], name="double_opt_ins")]
