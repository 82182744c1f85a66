from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models import Identity


class Measure(models.TextChoices):
    """What a question of a survey measures."""

    NPS = "nps", _("Recommendation (0 to 10)")
    CSAT = "csat", _("Satisfaction")
    CES = "ces", _("Effort")
    TEXT = "text", _("Words only")


class Topic(models.TextChoices):
    """What an answer is about."""

    RELATIONSHIP = "relationship", _("the store as a whole")
    PRODUCT = "product", _("a product")
    SUPPORT = "support", _("help that was given")
    DELIVERY = "delivery", _("a delivery")
    PURCHASE = "purchase", _("a purchase")


class Response(models.Model):
    """What a customer answered to one question of a survey. The raw answer stays; scales are told with it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    # Null while an answer that names only its order waits for that order.
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", null=True, db_index=False)
    follows_order = models.BooleanField(default=False)
    external_id = models.CharField(max_length=400)
    survey = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=10, choices=Measure.choices)
    topic = models.CharField(max_length=20, choices=Topic.choices)
    value = models.FloatField(null=True)  # as answered, on the scale from `lowest` to `highest`
    lowest = models.FloatField(null=True)
    highest = models.FloatField(null=True)
    low_is_good = models.BooleanField(default=False)  # of efforts, by default
    score = models.FloatField(null=True)  # 0 to 100, high is good; see specification, scoring, section 1
    text = models.TextField(blank=True)
    order_external_id = models.CharField(max_length=200, blank=True)
    product_external_id = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField()
    history = models.BooleanField()  # known from imports alone
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_response_an_external_id")
        ]
        indexes = [
            models.Index(fields=["identity", "-answered_at", "-id"], name="responses_by_identity"),
            models.Index(fields=["answered_at", "store"], name="responses_by_time"),
            models.Index(
                fields=["store", "order_external_id"],
                name="responses_following_orders",
                condition=models.Q(follows_order=True),
            ),
            # Neither by the store first nor of some rows alone: it would be taken for what is asked by time.
            models.Index(fields=["product_external_id", "store"], name="responses_of_product"),
        ]


class WithdrawnResponse(models.Model):
    """That nothing counts that was told of an answer up to then, also if it comes to be read only later.

    The response itself is gone; one that is told after it counts again, and both are kept.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", null=True, db_index=False)
    external_id = models.CharField(max_length=400)
    withdrawn_at = models.DateTimeField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_withdrawal_an_external_id")
        ]
        indexes = [models.Index(fields=["identity", "-withdrawn_at", "-id"], name="withdrawn_by_identity")]
