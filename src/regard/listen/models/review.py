from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from regard.core.models import Store
from regard.profile.models import Identity


class Review(models.Model):
    """What a customer wrote about an order or a product, with one to five stars."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    # Null while a review that names only its order waits for that order.
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+", null=True, db_index=False)
    follows_order = models.BooleanField(
        default=False
    )  # it names no customer: it is by whoever placed the order
    external_id = models.CharField(max_length=400)
    order_external_id = models.CharField(max_length=200, blank=True)
    product_external_id = models.CharField(max_length=200, blank=True)
    rating = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    history = models.BooleanField()  # known from imports alone
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_review_an_external_id")
        ]
        indexes = [
            models.Index(fields=["identity", "-reviewed_at", "-id"], name="reviews_by_identity"),
            models.Index(fields=["reviewed_at", "store"], name="reviews_by_time"),
            models.Index(
                fields=["store", "order_external_id"],
                name="reviews_following_orders",
                condition=models.Q(follows_order=True),
            ),
            # Neither by the store first nor of some rows alone: it would be taken for what is asked by time.
            models.Index(fields=["product_external_id", "store"], name="reviews_of_product"),
            models.Index(fields=["rating", "reviewed_at", "id", "store"], name="reviews_by_stars"),
        ]
