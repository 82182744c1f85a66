from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.profile.models import Customer


class Series(models.TextChoices):
    """What a customer's statements can be compared within: only like with like says where it goes."""

    REVIEW = "review", _("reviews")
    NPS = "nps", _("recommendation")
    PRODUCT = "product", _("satisfaction with products")
    SUPPORT = "support", _("satisfaction with help")
    OTHER = "other", _("other answers")


class CustomerFeatures(models.Model):
    """What is known about a customer, as numbers; computed with the score, in the same transaction.

    Amounts are in minor units of the store's currency where nothing else is said: orders in others count as
    orders and have no part in sums. Means and satisfactions are on 0 to 100, high is good, and newer answers
    count more. Null: not known. Foreign keys are not checked by the database here: with every row written they
    would cost more than the row.
    """

    pk = models.CompositePrimaryKey("store_id", "customer_id")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    orders = models.IntegerField()  # purchases: placed and not called off
    cancelled_orders = models.IntegerField()
    first_ordered_at = models.DateTimeField(null=True)
    last_ordered_at = models.DateTimeField(null=True)
    spent_minor = models.BigIntegerField(null=True)  # of purchases, before refunds
    priced_orders = models.IntegerField()  # purchases that `spent_minor` is the sum of
    last_total_minor = models.BigIntegerField(null=True)  # of the last purchase, in its own currency
    earlier_mean_minor = models.FloatField(null=True)  # of those before it, in the same currency
    own_gap_days = models.FloatField(null=True)  # mean between purchases; null for fewer than three
    refunds = models.IntegerField()
    refunded_minor = models.BigIntegerField(null=True)
    # What is meant wherever it is said what somebody has spent; the database derives it from the two.
    net_spent_minor = models.GeneratedField(
        expression=models.F("spent_minor") - Coalesce("refunded_minor", 0),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    troubled_orders = models.IntegerField()  # called off, or with money given back
    deliveries = models.IntegerField()  # of parcels, or of orders without any
    late_deliveries = models.IntegerField()  # see profile.domain.lateness
    reviews = models.IntegerField()
    last_rating = models.FloatField(null=True)  # stars, 1 to 5
    last_reviewed_at = models.DateTimeField(null=True)
    answers = models.IntegerField()  # to questions of surveys that have a scale
    last_nps = models.FloatField(null=True)  # 0 to 10
    previous_nps = models.FloatField(null=True)
    last_nps_at = models.DateTimeField(null=True)
    nps_answers = models.IntegerField()
    nps_mean = models.FloatField(null=True)
    last_csat = models.FloatField(null=True)  # 0 to 100, whatever it was about
    last_csat_at = models.DateTimeField(null=True)
    support_answers = models.IntegerField()
    support_mean = models.FloatField(null=True)
    product_answers = models.IntegerField()  # reviews, and answers about products
    product_mean = models.FloatField(null=True)
    # The latest statement that has an earlier one of its series, and that one; 0 to 100.
    direction_series = models.CharField(max_length=10, choices=Series.choices, null=True)
    direction_last = models.FloatField(null=True)
    direction_previous = models.FloatField(null=True)
    ease_answers = models.IntegerField(db_default=0)  # about the effort that help took
    ease_mean = models.FloatField(null=True)
    delivery_answers = models.IntegerField(db_default=0)
    delivery_mean = models.FloatField(null=True)
    purchase_answers = models.IntegerField(db_default=0)
    purchase_mean = models.FloatField(null=True)
    positive_reviews = models.IntegerField(db_default=0)  # four stars or more
    first_satisfaction = models.FloatField(null=True)  # with the first order, 0 to 100
    # See domain/trend.py: how many statements, points in ninety days, and what the next one is expected to be.
    trend_statements = models.IntegerField(db_default=0)
    trend_slope = models.FloatField(null=True)
    trend_expected = models.FloatField(null=True)
    last_visit_at = models.DateTimeField(null=True)  # by a browser or an app
    tickets = models.IntegerField(db_default=0)
    last_ticket_at = models.DateTimeField(null=True)  # opened
    previous_ticket_at = models.DateTimeField(null=True)  # the one before was opened
    last_escalated_at = models.DateTimeField(null=True)
    open_tickets = models.IntegerField(db_default=0)
    open_ticket_at = models.DateTimeField(null=True)  # the oldest of them was opened
    digest = models.BigIntegerField()  # of the columns above: equal ones are not written again
    # Grows with each event that concerns the customer. Who computes in bulk writes only what has stayed as it was
    # when it was read, so that an older view never covers a newer one.
    revision = models.BigIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        # For the list of customers. Most events move neither, and leave the indexes alone.
        indexes = [
            models.Index(fields=["store", "orders", "customer"], name="customers_by_orders"),
            models.Index(fields=["store", "net_spent_minor", "customer"], name="customers_by_net_spent"),
        ]


class StaleCustomer(models.Model):
    """A customer whose facts a backfill has changed, and whose features and scores are yet to be computed.

    marks: how often that was noted. Who has computed the customer takes the row away only while the number is the
    one that was there before the facts were read.
    """

    pk = models.CompositePrimaryKey("store_id", "customer_id")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    marks = models.PositiveBigIntegerField(default=1)
