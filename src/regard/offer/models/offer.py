from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.offer.models.pool import OfferPool
from regard.profile.models import Customer, Identity


class OfferCode(models.Model):
    """A code that stands for what its pool offers. Customers and shops write it in any case."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    pool = models.ForeignKey(OfferPool, models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=60)
    folded = models.CharField(max_length=60)  # in capitals
    is_taken = models.BooleanField(default=False)  # given, or used without having been given
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folded", "store"], name="one_code_a_store")]
        indexes = [
            models.Index(fields=["pool", "id"], name="codes_left", condition=models.Q(is_taken=False)),
            models.Index(fields=["pool", "-id"], name="codes_by_pool"),
        ]


class OfferState(models.TextChoices):
    GIVEN = "given", _("Given")
    WAITING = "waiting", _("Waits for approval")
    KEPT_BACK = "kept_back", _("Kept back")
    DECLINED = "declined", _("Declined")


class Offer(models.Model):
    """What a customer was offered, or would have been. `key` is the wish for it, which is fulfilled once.

    Amounts are what the pool's were when it was made, in minor units of the store's currency.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    pool = models.ForeignKey(OfferPool, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=OfferState.choices)
    code = models.OneToOneField(OfferCode, models.PROTECT, null=True, related_name="+")
    worth_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)  # the last day on which it can be used, in the store's zone

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_offer_a_key")]
        indexes = [
            models.Index(fields=["identity", "-made_at"], name="offers_by_identity"),
            models.Index(fields=["pool", "state", "-id"], name="offers_by_pool"),
            models.Index(fields=["store", "given_at"], name="offers_by_day"),
            models.Index(fields=["store", "id"], name="offers_waiting", condition=models.Q(state="waiting")),
        ]

    @property
    def customer(self) -> Customer:
        """Whose it is. Select "identity__customer" along."""
        return self.identity.customer

    @property
    def customer_id(self) -> int:
        return self.identity.customer_id


class OfferRedemption(models.Model):
    """That an order came with the code of an offer, as the first event told that names both.

    identity: who ordered, null while that is not known. discount_minor: null where the shop does not say.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    order_external_id = models.CharField(max_length=200)
    discount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    redeemed_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "order_external_id"], name="one_redemption_an_order")
        ]
        indexes = [
            models.Index(
                fields=["identity"],
                name="redemptions_by_identity",
                condition=models.Q(identity__isnull=False),
            )
        ]
