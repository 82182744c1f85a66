"""Retention and value."""

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
        source="row 87; 000,002,003",
        benchmark=_("003: e-commerce average about 30%; 004 quotes 25% and 75% for one leader"),
        splits=("cohort",),
        change="both",
    ),
    Metric(
        id="churn_rate",
        name=_("Churn rate"),
        formula=_("100 − customer retention rate of the same period"),
        unit="percent",
        direction="down",
        sphere="hands",
        source="row 88; 001–004",
        benchmark=_("case 67→42"),
        splits=("cohort",),
        change="both",
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
        source="row 89; 003",
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
        source="row 90; 001,002,003",
        benchmark=_("001: 25–40%+; dashboard target 40%"),
        target=Target("least", 25),
        splits=("cohort",),
        variants={
            "period": Variant(_("the same within the period")),
            "lifetime": Variant(_("the same within all time to the end of the period")),
        },
        change="both",
    ),
    Metric(
        id="purchase_frequency",
        name=_("Purchase frequency"),
        formula=_("purchases ÷ customers with one, within the 365 days to the end of the period"),
        unit="count",
        direction="up",
        sphere="hands",
        source="row 91; 001",
        splits=("cohort",),
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
        source="row 92; 001",
        benchmark=_("case 127→67"),
        splits=("cohort",),
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
        source="row 93; 000",
        benchmark=_("case 68%"),
        splits=("cohort",),
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
        source="row 94; 003",
        benchmark=_("reference 21% of customers, 46% of orders, 44% of revenue"),
        variants={
            "orders": Variant(_("their purchases in the period ÷ all × 100")),
            "revenue": Variant(_("the value of their purchases in the period ÷ that of all × 100")),
        },
    ),
    Metric(
        id="clv",
        name=_("Customer lifetime value / LTV"),
        formula=_(
            "value of all purchases to the end of the period, less what was paid back by now "
            "÷ customers with a purchase by then"
        ),
        unit="money",
        direction="up",
        sphere="hands",
        source="row 95; all but 004",
        benchmark=_("dashboard target 200"),
        splits=("cohort",),
        variants={
            "window_30": Variant(
                _(
                    "value of the purchases in the 30 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                )
            ),
            "window_60": Variant(
                _(
                    "value of the purchases in the 60 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                )
            ),
            "window_90": Variant(
                _(
                    "value of the purchases in the 90 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                )
            ),
            "window_365": Variant(
                _(
                    "value of the purchases in the 365 days to the end of the period ÷ customers with"
                    " one, less what was paid back"
                )
            ),
        },
    ),
    Metric(
        id="ltv_by_nps",
        name=_("LTV by NPS group"),
        formula=_(
            "value of all purchases to the end of the period, less what was paid back ÷ "
            "customers, by what they last answered to the question of recommendation"
        ),
        unit="money",
        direction="none",
        sphere="hands",
        source="row 96; 002",
        splits=("group",),
        always_split=True,
    ),
    Metric(
        id="ltv_nps_cohort",
        name=_("LTV by NPS group within equal purchase count"),
        formula=_("the same for customers with the same number of purchases: 1, 2, 3, 4 and more"),
        unit="money",
        direction="none",
        sphere="hands",
        source="row 97; 002",
        splits=("group_and_purchases",),
        always_split=True,
    ),
    Metric(
        id="promoter_premium",
        name=_("Promoter premium at equal purchases"),
        formula=_(
            "(mean value of promoters − that of detractors) ÷ that of detractors × 100, at "
            "the same number of purchases"
        ),
        unit="percent",
        direction="none",
        sphere="hands",
        source="row 98; 002",
        benchmark=_('statement form: "+38% at the same number of purchases"'),
        splits=("purchases",),
        always_split=True,
    ),
    Metric(
        id="exposure_ltv",
        name=_("LTV or retention, exposed vs not"),
        formula=_(
            "value of all purchases to the end of the period, less what was paid back ÷ "
            "customers, of those who asked for help by then and of those who did not"
        ),
        unit="money",
        direction="none",
        sphere="hands",
        source="row 99; 001,002",
        benchmark=_("cases: 3.1× community; 3.2× repeat rate for tutorial readers; 267 vs 89 members"),
        splits=("exposed",),
        variants={
            "survey": Variant(_("the same of those who answered a survey, and of those who did not")),
        },
        always_split=True,
    ),
    Metric(
        id="cac",
        name=_("Customer acquisition cost"),
        formula=_("acquisition spend ÷ new customers"),
        unit="money",
        direction="down",
        sphere="hands",
        source="row 100; 001,003",
        needs=_("costs, by period and category"),
    ),
    Metric(
        id="cac_payback",
        name=_("CAC payback period"),
        formula=_("time until cumulative margin (or revenue) per customer ≥ CAC"),
        unit="count",
        direction="down",
        sphere="hands",
        source="row 101; 002",
        needs=_("costs, by period and category"),
    ),
    Metric(
        id="revenue_retention",
        name=_("Revenue effect of retention"),
        formula=_("retained customers × value, by satisfaction segment"),
        unit="money",
        direction="up",
        sphere="hands",
        source="row 102; 000",
        needs=_("customers by satisfaction segment over time"),
    ),
    Metric(
        id="ttfv",
        name=_("Time to first value"),
        formula=_('days from purchase to first "win" (first successful use, or stand-in event)'),
        unit="days",
        direction="down",
        sphere="hands",
        source="row 103; 001",
        benchmark=_("<7 ideal"),
        needs=_("when a customer first succeeds with a product"),
    ),
    Metric(
        id="winback_rate",
        name=_("Win-back rate"),
        formula=_("churned customers who bought again ÷ churned customers approached"),
        unit="percent",
        direction="up",
        sphere="hands",
        source="row 104; 000",
        benchmark=_("lost band: 10–20%"),
        needs=_("treatments of customers at risk, and who was left without"),
    ),
    Metric(
        id="winback_quality",
        name=_("Won-back satisfaction, LTV and word of mouth"),
        formula=_("CSAT/NPS; LTV ÷ LTV of always-loyal; reviews and mentions"),
        unit="count",
        direction="up",
        sphere="hands",
        source="row 105; 000",
        needs=_("treatments of customers at risk, and who was left without"),
    ),
    Metric(
        id="recovery_rate",
        name=_("Recovery rate of at-risk customers"),
        formula=_("customers back above threshold or repurchasing ÷ treated"),
        unit="percent",
        direction="up",
        sphere="hands",
        source="row 106; 000",
        benchmark=_("critical band 25–40%; at-risk 50–70% retained with action vs 20–30% without"),
        needs=_("treatments of customers at risk, and who was left without"),
    ),
    Metric(
        id="intervention_success",
        name=_("Intervention success"),
        formula=_("successes ÷ interventions, against control"),
        unit="percent",
        direction="up",
        sphere="hands",
        source="row 107; 000",
        benchmark=_("reference 73%"),
        needs=_("treatments of customers at risk, and who was left without"),
    ),
    Metric(
        id="discount_sensitivity",
        name=_("Discount share"),
        formula=_("discounted orders ÷ orders per customer"),
        unit="percent",
        direction="down",
        sphere="hands",
        source="row 108; 000",
        benchmark=_("economic-health input"),
        needs=_("discounts of orders"),
    ),
)
