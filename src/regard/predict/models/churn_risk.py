from __future__ import annotations

from django.db import models

from regard.core.models import Store
from regard.predict.models.fitted_model import FittedModel
from regard.profile.models import Customer


class ChurnRisk(models.Model):
    """How likely a customer is not to buy within the window, by the model in use; none while none is in use.

    value: percent, one decimal, by `model`. noted: the value of the last ChurnRiskChange. Foreign keys are not
    checked by the database here, as those of scores.
    """

    pk = models.CompositePrimaryKey("store_id", "customer_id")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    model = models.ForeignKey(
        FittedModel, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    value = models.DecimalField(max_digits=4, decimal_places=1)
    noted = models.DecimalField(max_digits=4, decimal_places=1)
    computed_at = models.DateTimeField()


class ChurnRiskChange(models.Model):
    """Append-only: a prediction that was made, so that it can be held against what happened.

    Kept where it differs from the one before by five points or more, or lies on the other side of the line.
    value: null from when on none was told any more; model: of the last that was.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    model = models.ForeignKey(FittedModel, models.CASCADE, related_name="+", db_index=False)
    value = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    predicted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["store", "customer", "-predicted_at"], name="churn_risk_history")]
