from __future__ import annotations

from django.db import models

from regard.core import clock
from regard.core.models.member import Role
from regard.core.models.store import Store
from regard.core.models.user import User


class Invitation(models.Model):
    """A promise of membership, redeemed once through a link that holds the token."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "email"],
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_a_person",
            )
        ]
