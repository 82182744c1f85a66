from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class CostKind(models.TextChoices):
    """What money was spent on."""

    MARKETING = "marketing", _("Winning customers")
    SUPPORT = "support", _("Helping customers")
    GOODS = "goods", _("Goods")
    SHIPPING = "shipping", _("Shipping")
    TOOLS = "tools", _("Tools")
    DISCOUNTS = "discounts", _("Discounts")
    PROGRAMME = "programme", _("Loyalty programme")
    EXPERIENCE = "experience", _("Better experience")
    OTHER = "other", _("Other")


class Cost(models.Model):
    """What a store spent on something in a month, as it was told at some time. Rows never change but for
    `replaced_at`: null for what counts, else when it was told anew or taken away."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    month = models.DateField()  # its first day
    kind = models.CharField(max_length=12, choices=CostKind)
    amount_minor = models.BigIntegerField()  # not below zero
    currency = models.CharField(max_length=3)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=254)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "month", "kind"],
                condition=models.Q(replaced_at=None),
                name="measure_cost_that_counts",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="measure_cost_not_below_zero"
            ),
        ]
