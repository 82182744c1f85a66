"""Delivery and operations."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Variant

METRICS = (
    Metric(
        id="on_time_rate",
        name=_("On-time delivery"),
        formula=_(
            "parcels of purchases that came on or before the promised day, their own or their order's ÷ "
            "those with such a day that came in the period × 100; an order without parcels counts as one"
        ),
        unit="percent",
        direction="up",
        sphere="head",
        row=117,
        counts="parcels",
        benchmark=_("look closer when it falls"),
        splits=("carrier", "country", "carrier_and_country"),
    ),
    Metric(
        id="exception_count",
        name=_("Orders on hold / in exception / without carrier scan"),
        formula=_("counts"),
        unit="count",
        direction="down",
        sphere="head",
        row=118,
        benchmark=_("proactive notice"),
        needs=_("states of parcels over time"),
    ),
    Metric(
        id="stockouts",
        name=_("Stock-outs and low stock"),
        formula=_("SKUs at zero / under reorder point"),
        unit="count",
        direction="down",
        sphere="head",
        row=119,
        benchmark=_("warning alert"),
        needs=_("stock of products"),
    ),
    Metric(
        id="return_cycle",
        name=_("Return processing time"),
        formula=_("receipt → processed, business days"),
        unit="days",
        direction="down",
        sphere="head",
        row=120,
        benchmark=_("2–3"),
        needs=_("when a return arrived and was processed"),
    ),
    Metric(
        id="shipment_analytics",
        name=_("Transit time, delay share, tracking-page visits"),
        formula=_(
            "mean days from handing a parcel over to its arrival, of the parcels that came in"
            " the period; the median beside it"
        ),
        unit="days",
        direction="none",
        sphere="head",
        row=121,
        counts="parcels",
        splits=("carrier", "country", "carrier_and_country"),
        variants={
            "late": Variant(
                _(
                    "parcels of purchases that came after the promised day ÷ those with such a day that "
                    "came in the period × 100"
                ),
                unit="percent",
                direction="down",
            ),
        },
    ),
)
