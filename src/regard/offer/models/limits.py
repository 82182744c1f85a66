from __future__ import annotations

from django.db import models

from regard.core.models import Store


class OfferLimits(models.Model):
    """What holds for all offers of a store together. Whoever gives offers locks this row until they are through.

    most_per_customer: in 90 days. approval_above_minor: an offer worth more waits until somebody approves it.
    may_stack: a customer who holds an open offer may get another that is worth no more.
    """

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    day_budget_minor = models.BigIntegerField(null=True)
    most_per_customer = models.PositiveSmallIntegerField(null=True, default=3)
    approval_above_minor = models.BigIntegerField(null=True)
    may_stack = models.BooleanField(default=False)
