from __future__ import annotations

from django.db import models

from regard.core.models import Store


class Product(models.Model):
    """Something the store sells, as its catalogue, a file or an order last described it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=500, blank=True)
    brand = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    image_url = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=40, blank=True)
    price_minor = models.BigIntegerField(null=True)  # in minor units of `currency`
    currency = models.CharField(max_length=3)
    # Part of the product -> rank of the description that it was taken from, see Order.told.
    told = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="one_product_an_external_id")
        ]
