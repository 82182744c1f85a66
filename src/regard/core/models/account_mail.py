from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models.invitation import Invitation


class AccountMailKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    RESET = "reset", _("New password")


class AccountMail(models.Model):
    """An e-mail about an account that has yet to leave, or could not: what was sent has no row any more.

    It holds no words, only what a job makes them from. A reset has one for every address that somebody asked
    for, so that nobody can tell by the time it takes whether there is an account.
    """

    kind = models.CharField(max_length=10, choices=AccountMailKind.choices)
    recipient = models.EmailField()
    invitation = models.OneToOneField(Invitation, models.CASCADE, null=True, related_name="+")
    token_encrypted = models.TextField(
        blank=True
    )  # of the invitation's link; resets make theirs when they leave
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)  # when it was given up
