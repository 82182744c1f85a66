"""Retention."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Target, Variant

METRICS = (
    Metric(
        id="crr",
        name=_("Customer retention rate"),
        formula=_(
            "customers at the end − new ones ÷ customers at the start × 100; a customer is "
            "one who bought in the 365 days before, and whoever was none at the start is new"
        ),
        unit="percent",
        direction="up",
        sphere="hands",
        row=87,
        benchmark=_("online stores about 30% on average; one leader is quoted with 25% and with 75%"),
        splits=("cohort", "country", "delivery"),
        variants={
            "within_180": Variant(
                _(
                    "customers at the end − new ones ÷ customers at the start × 100, where a customer is "
                    "one who bought in the 180 days before"
                ),
                looks_back=180,
            ),
            "within_90": Variant(
                _(
                    "customers at the end − new ones ÷ customers at the start × 100, where a customer is "
                    "one who bought in the 90 days before"
                ),
                looks_back=90,
            ),
            "came_back": Variant(
                _("customers with more than one purchase ÷ customers with any × 100, of all time to the end")
            ),
        },
        change="both",
        n_repeats=True,
        looks_back=365,
        from_start=True,
    ),
    Metric(
        id="churn_rate",
        name=_("Churn rate"),
        formula=_("100 − customer retention rate of the same period"),
        unit="percent",
        direction="down",
        sphere="hands",
        row=88,
        benchmark=_("one store came from 67% to 42%"),
        splits=("cohort", "country", "delivery"),
        variants={
            "within_180": Variant(
                _("100 − customer retention rate, where a customer is one who bought in the 180 days before"),
                looks_back=180,
            ),
            "within_90": Variant(
                _("100 − customer retention rate, where a customer is one who bought in the 90 days before"),
                looks_back=90,
            ),
        },
        change="both",
        n_repeats=True,
        looks_back=365,
        from_start=True,
    ),
    Metric(
        id="nrr",
        name=_("Net (revenue) retention rate, NDR"),
        formula=_(
            "(MRR at start + expansions + upsells − churn − contractions) ÷ MRR at start × "
            "100; month, quarter or year"
        ),
        unit="percent",
        direction="up",
        sphere="hands",
        row=89,
        benchmark=_("90–125% good, by target customer size"),
        needs=_("subscriptions and their monthly value"),
    ),
    Metric(
        id="rpr",
        name=_("Repeat purchase / repeat customer / returning customer rate"),
        formula=_(
            "customers with a purchase that is not their first ÷ customers with a purchase × "
            "100, both within the 365 days to the end of the period"
        ),
        unit="percent",
        direction="up",
        sphere="hands",
        row=90,
        benchmark=_("25–40% and more is good; 40% is a usual target"),
        target=Target("least", 25),
        splits=("cohort", "country", "delivery"),
        variants={
            "period": Variant(
                _(
                    "customers with a purchase in the period that is not their first ÷ customers with "
                    "one × 100"
                )
            ),
            "within_180": Variant(
                _(
                    "customers with a purchase in the 180 days to the end of the period that is not "
                    "their first ÷ customers with one × 100"
                ),
                looks_back=180,
            ),
            "within_90": Variant(
                _(
                    "customers with a purchase in the 90 days to the end of the period that is not their "
                    "first ÷ customers with one × 100"
                ),
                looks_back=90,
            ),
            "lifetime": Variant(
                _(
                    "customers with more than one purchase ÷ customers with any × 100, of all time to "
                    "the end of the period"
                )
            ),
        },
        change="both",
        n_repeats=True,
        looks_back=365,
    ),
    Metric(
        id="purchase_frequency",
        name=_("Purchase frequency"),
        formula=_("purchases ÷ customers with one, within the 365 days to the end of the period"),
        unit="count",
        direction="up",
        sphere="hands",
        row=91,
        splits=("cohort", "country"),
        n_repeats=True,
        looks_back=365,
    ),
    Metric(
        id="days_between",
        name=_("Days between purchases"),
        formula=_(
            "mean days between a purchase and the customer's one before, of the purchases in "
            "the period that have one before; the median beside it"
        ),
        unit="days",
        direction="down",
        sphere="hands",
        row=92,
        counts="orders",
        benchmark=_("one store came from 127 to 67"),
        splits=("cohort", "country"),
    ),
    Metric(
        id="one_time_share",
        name=_("One-purchase customers"),
        formula=_(
            "customers with one purchase ÷ customers with any × 100, of all time to the end of the period"
        ),
        unit="percent",
        direction="down",
        sphere="hands",
        row=93,
        benchmark=_("one store had 68%"),
        splits=("cohort", "country", "delivery"),
        n_repeats=True,
    ),
    Metric(
        id="repeat_contribution",
        name=_("Repeat customers' share of customers, orders, revenue"),
        formula=_(
            "customers with a purchase in the period that is not their first ÷ customers with one × 100"
        ),
        unit="percent",
        direction="none",
        sphere="hands",
        row=94,
        benchmark=_("in one study 21% of customers made 46% of orders and 44% of revenue"),
        variants={
            "orders": Variant(
                _(
                    "all purchases in the period of customers who bought in it other than for the first "
                    "time ÷ purchases of known customers × 100"
                )
            ),
            "revenue": Variant(
                _(
                    "the value of these purchases, less what was paid back by now ÷ that of all purchases "
                    "of known customers × 100"
                )
            ),
        },
        n_repeats=True,
    ),
)
