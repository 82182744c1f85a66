"""Returns on investment, and the quality of models."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric

METRICS = (
    Metric(
        id="cx_roi_multiple",
        name=_("CX return (multiple)"),
        formula=_("gain ÷ investment"),
        unit="ratio",
        direction="up",
        sphere="heart",
        row=122,
        needs=_("what better experience gained, beside what it cost"),
    ),
    Metric(
        id="cx_roi_percent",
        name=_("CX ROI"),
        formula=_("(gain − investment) ÷ investment × 100"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=123,
        needs=_("what better experience gained, beside what it cost"),
    ),
    Metric(
        id="support_savings",
        name=_("Support cost saving"),
        formula=_("previous cost − current cost (fewer contacts, better FCR, automation)"),
        unit="money",
        direction="up",
        sphere="heart",
        row=124,
        needs=_("which of the savings better help and automation brought"),
    ),
    Metric(
        id="prediction_accuracy",
        name=_("Accuracy / precision of predictions"),
        formula=_("right ÷ judged"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=125,
        benchmark=_("89% reference"),
        needs=_("predictions with what came true"),
    ),
    Metric(
        id="save_rate",
        name=_("Saved cancellations and refunds"),
        formula=_("requests turned into keep or exchange ÷ requests"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=126,
        needs=_("requests to cancel or refund"),
    ),
    Metric(
        id="cx_attributed_revenue",
        name=_("Revenue credited to CX work"),
        formula=_("sum of attributed items"),
        unit="money",
        direction="up",
        sphere="heart",
        row=127,
        needs=_("revenue credited to customer experience"),
    ),
)
