"""What customers are worth, what they cost, and winning them back."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Variant

METRICS = (
    Metric(
        id="clv",
        name=_("Customer lifetime value / LTV"),
        formula=_(
            "value of all purchases to the end of the period, less what was paid back by now "
            "÷ customers with a purchase by then. Purchases in other currencies or of nobody known are "
            "left out, and so are customers without any others"
        ),
        unit="money",
        direction="up",
        sphere="hands",
        row=95,
        benchmark=_("200 is a usual target"),
        splits=("cohort", "country"),
        variants={
            "window_30": Variant(
                _(
                    "value of the purchases in the 30 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                ),
                looks_back=30,
            ),
            "window_60": Variant(
                _(
                    "value of the purchases in the 60 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                ),
                looks_back=60,
            ),
            "window_90": Variant(
                _(
                    "value of the purchases in the 90 days to the end of the period ÷ customers with "
                    "one, less what was paid back"
                ),
                looks_back=90,
            ),
            "window_365": Variant(
                _(
                    "value of the purchases in the 365 days to the end of the period ÷ customers with"
                    " one, less what was paid back"
                ),
                looks_back=365,
            ),
            "margin": Variant(
                _(
                    "lifetime value × the share of revenue that costs of goods and shipping leave, of the "
                    "months to the end of the period whose costs of goods are told"
                )
            ),
            "predicted": Variant(
                _(
                    "mean over customers of what each is expected to spend in the next 12 months, by the model "
                    "in use; only in the period in which it was last computed, since earlier predictions are "
                    "not kept"
                )
            ),
        },
        n_repeats=True,
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
        row=96,
        splits=("group",),
        always_split=True,
        n_repeats=True,
    ),
    Metric(
        id="ltv_nps_cohort",
        name=_("LTV by NPS group within equal purchase count"),
        formula=_(
            "value of all purchases to the end of the period, less what was paid back ÷ "
            "customers, by what they last answered to the question of recommendation and by how "
            "often they bought: 1, 2, 3, 4 times and more"
        ),
        unit="money",
        direction="none",
        sphere="hands",
        row=97,
        splits=("group_and_purchases",),
        always_split=True,
        n_repeats=True,
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
        row=98,
        benchmark=_("said like this: +38% at the same number of purchases"),
        splits=("purchases",),
        always_split=True,
        n_repeats=True,
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
        row=99,
        benchmark=_(
            "in stores, members of a community were worth 3.1 times as much, and readers of tutorials "
            "came back 3.2 times as often"
        ),
        splits=("exposed",),
        variants={
            "survey": Variant(
                _(
                    "value of all purchases to the end of the period, less what was paid back ÷ "
                    "customers, of those who answered a survey by then and of those who did not"
                )
            ),
        },
        always_split=True,
        n_repeats=True,
    ),
    Metric(
        id="cac",
        name=_("Customer acquisition cost"),
        formula=_(
            "costs of winning customers in the period ÷ known customers whose first purchase lies in it"
        ),
        unit="money",
        direction="down",
        sphere="hands",
        row=100,
    ),
    Metric(
        id="cac_payback",
        name=_("CAC payback period"),
        formula=_("time until cumulative margin (or revenue) per customer ≥ CAC"),
        unit="count",
        direction="down",
        sphere="hands",
        row=101,
        needs=_("what each month's new customers earn, month after month"),
    ),
    Metric(
        id="revenue_retention",
        name=_("Revenue effect of retention"),
        formula=_("retained customers × value, by satisfaction segment"),
        unit="money",
        direction="up",
        sphere="hands",
        row=102,
        needs=_("customers by satisfaction segment over time"),
    ),
    Metric(
        id="ttfv",
        name=_("Time to first value"),
        formula=_('days from purchase to first "win" (first successful use, or stand-in event)'),
        unit="days",
        direction="down",
        sphere="hands",
        row=103,
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
        row=104,
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
        row=105,
        needs=_("treatments of customers at risk, and who was left without"),
    ),
    Metric(
        id="recovery_rate",
        name=_("Recovery rate of at-risk customers"),
        formula=_("customers back above threshold or repurchasing ÷ treated"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=106,
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
        row=107,
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
        row=108,
        benchmark=_("economic-health input"),
        needs=_("discounts of orders"),
    ),
)
