"""Visits to the site or app, and what comes of them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric

SPLITS = ("traffic_source", "device", "landing_page", "country")
METRICS = (
    Metric(
        id="cvr",
        name=_("Conversion rate"),
        formula=_(
            "visitors of the period who bought in it ÷ visitors of the period × 100; whoever is known by several "
            "browsers is one visitor"
        ),
        unit="percent",
        direction="up",
        sphere="hands",
        row=71,
        n_repeats=True,
        benchmark=_("own trend; case 2.7→4.1, 2.1→3.8"),
        splits=SPLITS,
    ),
    Metric(
        id="cvr_high_ticket",
        name=_("High-ticket conversion"),
        formula=_("as cvr for items of 300+"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=72,
        benchmark=_("case 1.3→4.2"),
        needs=_("prices of what was looked at in a visit"),
    ),
    Metric(
        id="rpv",
        name=_("Revenue per visitor"),
        formula=_(
            "what the visitors of the period bought in it, before refunds ÷ visitors of the period: AOV × "
            "purchases per visitor"
        ),
        unit="money",
        direction="up",
        sphere="hands",
        row=74,
        n_repeats=True,
        benchmark=_("case +47%"),
        splits=SPLITS,
    ),
    Metric(
        id="cart_abandonment",
        name=_("Cart abandonment"),
        formula=_(
            "visits with a cart whose visitor bought nothing until a day after ÷ visits with a cart × 100, by the "
            "day on which they began"
        ),
        settles_in=1,
        unit="percent",
        direction="down",
        sphere="hands",
        row=75,
        counts="visits",
        benchmark=_("case 76→58"),
        splits=("cart_step", *SPLITS),
    ),
    Metric(
        id="bounce_rate",
        name=_("Site bounce"),
        formula=_("visits of one page and nothing else ÷ visits × 100, by the day on which they began"),
        unit="percent",
        direction="down",
        sphere="hands",
        row=76,
        counts="visits",
        benchmark=_("case −37% with campaigns"),
        splits=SPLITS,
    ),
)
