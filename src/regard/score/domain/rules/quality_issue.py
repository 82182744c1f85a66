"""Whether something seems to be wrong with a product: returns and complaints of two weeks against three months.

The rule is that of the product's specification (scoring, section 6, P9): a share of the last 14 days that exceeds
twice the share of 90 days, with five cases or more. The points are a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.score.domain.rules.kinds import RuleKind

RECENT_DAYS, USUAL_DAYS = 14, 90
LEAST_CASES, TIMES = 5, 2
EACH = (
    12.5  # points for every time that the usual share fits into the recent one, of returns and of complaints
)
MOST_OF_ONE = 50.0
INPUTS: Mapping[str, Promise] = {
    "returns": gettext_lazy("Money given back"),
    "usual_returns": gettext_lazy("Money given back, in 90 days"),
    "complaints": gettext_lazy("Complaints"),
    "usual_complaints": gettext_lazy("Complaints, in 90 days"),
    "orders": gettext_lazy("Orders"),
    "usual_orders": gettext_lazy("Orders, in 90 days"),
}


class QualityBand(models.TextChoices):
    ISSUE = "quality_issue:issue", gettext_lazy("Something is wrong")
    USUAL = "quality_issue:usual", gettext_lazy("As usual")
    NOTHING = "quality_issue:not_enough_data", gettext_lazy("Too few cases")


def times_usual(cases: float, orders: float, usual_cases: float, usual_orders: float) -> float:
    """How many times the usual share of orders the recent one is; 0 where there are too few cases to tell."""
    if cases < LEAST_CASES or not usual_cases or not usual_orders:
        return 0.0
    return (cases / max(orders, 1.0)) / (usual_cases / usual_orders)


def _times(figures: Sequence[float]) -> tuple[float, float]:
    returns, usual_returns, complaints, usual_complaints, orders, usual_orders = figures
    return (
        times_usual(returns, orders, usual_returns, usual_orders),
        times_usual(complaints, orders, usual_complaints, usual_orders),
    )


def quality_points(figures: Sequence[float]) -> tuple[float, ...]:
    """figures: cases of 14 and of 90 days, of returns and of complaints, and the orders of these days."""
    of_returns, of_complaints = (round(min(EACH * times, MOST_OF_ONE), 2) for times in _times(figures))
    return (of_returns, 0.0, of_complaints, 0.0, 0.0, 0.0)


def quality_band(_value: float, figures: Sequence[float]) -> str:
    return QualityBand.ISSUE if max(_times(figures)) > TIMES else QualityBand.USUAL


def _sentence(name: str, figures: Sequence[float]) -> str:
    at = list(INPUTS).index(name)
    told = {
        "cases": int(figures[at]), "orders": int(figures[4]), "usual": int(figures[at + 1]),
        "usual_orders": int(figures[5]), "times": f"{_times(figures)[at // 2]:.1f}",
    }  # fmt: skip
    words = _(
        "In 14 days %(cases)s beside %(orders)s orders, in 90 days %(usual)s beside %(usual_orders)s: %(times)s "
        "times the usual share."
    )
    return words % told


QUALITY_ISSUE = RuleKind(
    name="quality_issue",
    label=gettext_lazy("Quality"),
    subject="product",
    bands=QualityBand,
    tones={QualityBand.ISSUE: "bad", QualityBand.USUAL: "good"},
    inputs=INPUTS,
    points=quality_points,
    band=quality_band,
    sentence=_sentence,
    how=gettext_lazy(
        "Orders that money was given back for, and complaints (one or two stars, or answers about it below 40 of "
        "100), of the last 14 days, as shares of the orders of these days. More than twice the share of 90 days, "
        "with five cases or more, says that something is wrong. Each time that the usual share fits in adds 12.5 "
        "points, 50 at most of each."
    ),
    high_is_good=False,
)
