"""How much is sold, and to how many: what the specification takes for granted beneath its own metrics."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric

OF_PRODUCTS = ("product_id", "product", "product_category", "product_brand")

METRICS = (
    Metric(
        id="orders",
        name=_("Orders"),
        formula=_("purchases placed in the period; orders that were called off are none"),
        unit="count",
        direction="up",
        sphere="hands",
        counts="orders",
        splits=("purchase", "country", "delivery"),
        zero_without_rows=True,
    ),
    Metric(
        id="revenue",
        name=_("Revenue"),
        formula=_(
            "sum of the values of the purchases placed in the period, less what was paid back of them by now; "
            "those in other currencies are left out"
        ),
        unit="money",
        direction="up",
        sphere="hands",
        counts="orders",
        splits=("purchase", "country", "delivery"),
        zero_without_rows=True,
    ),
    Metric(
        id="units",
        name=_("Pieces sold"),
        formula=_("pieces in the lines of the purchases placed in the period; lines of returns are left out"),
        unit="count",
        direction="up",
        sphere="hands",
        counts="lines",
        splits=OF_PRODUCTS,
        zero_without_rows=True,
    ),
    Metric(
        id="average_price",
        name=_("Average price of a piece"),
        formula=_(
            "value of the lines of the purchases placed in the period ÷ the pieces in them, of lines with a "
            "value in the store's currency"
        ),
        unit="money",
        direction="none",
        sphere="hands",
        counts="lines",
        splits=OF_PRODUCTS,
    ),
    Metric(
        id="buyers",
        name=_("Customers who bought"),
        formula=_("known customers with a purchase in the period, each counted once"),
        unit="count",
        direction="up",
        sphere="hands",
        splits=("cohort", "country"),
        zero_without_rows=True,
        n_repeats=True,
    ),
    Metric(
        id="new_customers",
        name=_("New customers"),
        formula=_("known customers whose first purchase lies in the period"),
        unit="count",
        direction="up",
        sphere="hands",
        splits=("country",),
        zero_without_rows=True,
    ),
)
