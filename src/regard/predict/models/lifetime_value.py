from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.predict.models.fitted_model import FittedModel
from regard.profile.models import Customer


class LifetimeValue(models.Model):
    """What a customer has been worth, and is expected to be, as computed for all at night.

    Of who bought at all. Amounts are in minor units of the store's currency, after refunds; null: none is known.
    What is expected is null without a model in use; so is `alive` of those who bought on one day alone, of whom
    the model cannot tell. The foreign key to the customer is not checked by the database: with a million rows
    written a night it would cost more than they do.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    purchases = models.IntegerField()  # days on which they bought
    first_on = models.DateField()
    last_on = models.DateField()
    spent_minor = models.BigIntegerField(null=True)
    alive = models.FloatField(null=True)  # the probability that they have not left for good
    expected_purchases = models.FloatField(null=True)  # in the twelve months that follow
    expected_minor = models.BigIntegerField(null=True)
    is_likely_high = models.BooleanField(
        null=True
    )  # in the quarter of the store's customers of most worth to come
    model = models.ForeignKey(FittedModel, models.SET_NULL, related_name="+", null=True, db_index=False)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["store", "expected_minor", "customer"], name="customers_by_expected"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "customer"], name="one_lifetime_value_a_customer")
        ]
