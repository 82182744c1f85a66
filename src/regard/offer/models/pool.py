from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class OfferKind(models.TextChoices):
    PERCENT = "percent", _("Percent off")
    AMOUNT = "amount", _("Amount off")
    FREE_SHIPPING = "free_shipping", _("Free shipping")
    GIFT = "gift", _("Gift")
    ACCESS = "access", _("Access")


class OfferPool(models.Model):
    """What is offered and within which limits, with the codes that stand for it.

    Amounts in minor units of the store's currency. `worth_minor` is what one costs the store when it is used,
    `redeemed_percent` how many of a hundred are expected to be. `chance_percent`: of a hundred occasions so many
    get one, at random. `kept_back_percent`: of a hundred customers so many never do, so that the effect is seen.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=50, db_index=False)  # by which journeys name it
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=15, choices=OfferKind.choices)
    percent = models.PositiveSmallIntegerField(null=True)  # of PERCENT
    amount_minor = models.BigIntegerField(null=True)  # of AMOUNT
    what = models.CharField(max_length=200, blank=True)  # of GIFT and ACCESS, in words
    because = models.CharField(max_length=200, blank=True)  # the reason that customers are given
    minimum_minor = models.BigIntegerField(null=True)  # of an order that uses it
    valid_days = models.PositiveSmallIntegerField(null=True)  # the day on which it is given not counted
    is_on = models.BooleanField(default=True)
    makes_codes = models.BooleanField(default=False)  # by rule, when none is left
    prefix = models.CharField(max_length=12, blank=True)
    code_length = models.PositiveSmallIntegerField(default=8)  # without the prefix
    worth_minor = models.BigIntegerField()
    redeemed_percent = models.PositiveSmallIntegerField(default=100)
    day_budget_minor = models.BigIntegerField(null=True)
    budget_minor = models.BigIntegerField(null=True)
    spent_minor = models.BigIntegerField(default=0)  # expected cost of all that were given
    chance_percent = models.PositiveSmallIntegerField(default=100)
    kept_back_percent = models.PositiveSmallIntegerField(default=0)
    again_after_days = models.PositiveSmallIntegerField(default=90)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_pool_a_key")]
        indexes = [models.Index(fields=["store", "name", "id"], name="pools_by_name")]

    @property
    def cost_minor(self) -> int:
        """What giving one is expected to cost, rounded up."""
        return -(-self.worth_minor * self.redeemed_percent // 100)
