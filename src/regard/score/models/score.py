from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.core.registry import Registry

# The bands of each score, by its name.
scales: Registry[type[models.TextChoices]] = Registry("scale of bands")


def band_choices() -> list[tuple[str, str]]:
    """The bands of all scores, as PostgreSQL keeps them and people read them."""
    return [choice for scale in scales for choice in scale.choices]


class HealthBand(models.TextChoices):
    """Bands of the health score, named with their scale since other scales use the same words."""

    THRIVING = "health:thriving", _("Thriving")
    HEALTHY = "health:healthy", _("Healthy")
    AT_RISK = "health:at_risk", _("At risk")
    CRITICAL = "health:critical", _("Critical")
    LOST = "health:lost", _("Lost")
    NOT_ENOUGH_DATA = "health:not_enough_data", _("Not enough data")


class Measured(models.Model):
    """What a score and a change of it have in common."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    name = models.CharField(max_length=40, default="health")
    subject_type = models.CharField(max_length=20, default="customer")
    subject_id = models.BigIntegerField()
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # 0 to 100; null: nothing is known
    band = models.CharField(max_length=40, choices=band_choices)
    coverage = models.PositiveSmallIntegerField()  # percent of the weights that is known
    event_id = models.BigIntegerField(null=True)  # the event that caused it; null: the passing of time
    history = models.BooleanField()  # it follows from imported facts, or from other weights, alone
    weights_version = models.SmallIntegerField(default=1)  # see domain/weights.py and ScoreWeights

    class Meta:
        abstract = True

    @property
    def band_label(self) -> str:
        """In the reader's language. Django's own way hashes the bands of all scores for each row of a list."""
        return str(scales.get(self.name)(self.band).label)


class Score(Measured):
    """The present score of a subject, with the reasons for it.

    What each input contributed follows from its value and the weights in use: see domain/kinds.py.
    """

    # Each 0 to 100, in the order that the weights list them; null: not known.
    input_values = ArrayField(models.FloatField(null=True), default=list)
    digest = models.BigIntegerField(
        default=1
    )  # of all that says what the score is and why: equal ones stay as they are
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "name", "subject_type", "subject_id"], name="one_score_a_subject"
            )
        ]
        indexes = [
            # For the list of customers by health, which shows no score that too little is known for.
            models.Index(
                fields=["store", "value", "subject_id"],
                name="customers_by_health",
                condition=models.Q(name="health", subject_type="customer", coverage__gte=50),
            )
        ]


class ScoreChange(Measured):
    """Append-only: each time a score moved. Nights on which nothing moved leave no row."""

    changed_at = models.DateTimeField()
    # What it moved from, so that how many are in a band is a sum over moves. Band null: there was no score.
    value_before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    band_before = models.CharField(max_length=40, choices=band_choices, null=True)
    # It lies before scores were kept, and was computed later: see domain/retelling.py.
    retold = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["store", "name", "subject_type", "subject_id", "-id"], name="score_history")
        ]
