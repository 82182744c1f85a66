from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class ModelKind(models.TextChoices):
    CHURN = "churn", _("Churn")
    LIFETIME_VALUE = "lifetime_value", _("Lifetime value")


class FittedModel(models.Model):
    """A model as it was fitted on a store's own history, with its card; kept also when it is not used.

    as_of: the end of the history that it was fitted on. parameters: all that computing with it needs, in an open
    form. card: what it was fitted on and how well it did on time that was held out; plain values.
    in_use: whether predictions are made with it; one of a kind in a store at most.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=ModelKind.choices)
    fitted_at = models.DateTimeField()
    as_of = models.DateTimeField()
    parameters = models.JSONField()
    card = models.JSONField()
    in_use = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["store", "kind", "-fitted_at"], name="models_by_store")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind"], condition=models.Q(in_use=True), name="one_model_in_use"
            )
        ]
