from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store
from regard.profile.models.customer import Customer


class IdentityKind(models.TextChoices):
    """How a person is known, the strongest first."""

    USER_ID = "user_id", _("Customer number")
    EMAIL = "email", _("E-mail")
    ANONYMOUS_ID = "anonymous_id", _("Browser")


class Identity(models.Model):
    """A name that a person goes by. Facts keep for ever the identity they came with; only `customer` changes."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=IdentityKind.choices)
    value = models.CharField(max_length=500)  # normalised: e-mails in small letters
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "value"], name="one_identity_a_value")
        ]
        indexes = [models.Index(fields=["store", "customer"], name="identities_by_customer")]


class IdentityLink(models.Model):
    """Append-only: each time an identity was linked to a customer, and why."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    previous_customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=60)
    event_id = models.BigIntegerField(null=True)
    linked_at = models.DateTimeField(default=clock.now)
