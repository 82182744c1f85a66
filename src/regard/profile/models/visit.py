from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from regard.core.models import Store
from regard.profile.models.identity import Identity


class Visit(models.Model):
    """What a visitor did on the site or in the app on a day without a pause of more than half an hour.

    Like the timeline it has no constraints to other tables: checking them takes longer than writing it. Visits of
    a visitor lie more than the pause apart, or on two days of the store.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    # The browser's number; "#" and the id of an identity, where no browser was told.
    visitor = models.CharField(max_length=500)
    # Whose it is: of the last step by somebody known, else of the last one.
    identity = models.ForeignKey(
        Identity, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()  # its last step
    # Pages and screens; where none were told, products and lists that were looked at.
    pages = models.IntegerField()
    product_ids = ArrayField(models.CharField(max_length=200), default=list)  # that were looked at, each once
    most_looks = models.IntegerField()  # at one product, or else at one page
    policy_pages = models.IntegerField()  # that tell of returns or shipping
    deepest_scroll = models.SmallIntegerField(null=True)  # percent of a page
    had_cart = (
        models.BooleanField()
    )  # something was put into the cart, or the cart or the checkout was looked at
    in_cart = models.IntegerField()  # pieces put in, less those taken out again
    taken_out = models.IntegerField(db_default=0)  # pieces that were put in before the visit
    reached_checkout = models.BooleanField()
    bounced = models.BooleanField()  # one page and nothing else
    order_external_id = models.CharField(max_length=200, blank=True)  # that its own browser told of
    landing_page = models.CharField(max_length=300, blank=True)  # the path of the first
    # As the first step tells that says so.
    referrer = models.CharField(max_length=200, blank=True)  # the host it came from
    source = models.CharField(max_length=100, blank=True)
    medium = models.CharField(max_length=100, blank=True)
    campaign = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=20, blank=True)
    # What it is made of, see domain/visits/steps.py; null once retention has deleted the events.
    steps = models.JSONField(null=True)

    class Meta:
        # None begins with the store, see Identity.
        indexes = [
            models.Index(fields=["visitor", "store", "started_at"], name="visits_by_visitor"),
            models.Index(fields=["identity", "started_at"], name="visits_by_identity"),
            BrinIndex(fields=["started_at"], name="visits_by_time"),  # they come in about this order
        ]
