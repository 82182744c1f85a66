"""The risk that a customer does not buy again within ninety days: weighted signs, 0 to 100, high is bad.

After the product's specification (scoring, section 4): risk = the sum over five categories of weight x severity,
where severity is 0 without a sign, 0.7 with one and 1 with two or more. A category of which nothing is known adds
nothing; coverage says how much is known. Only who has bought can stop buying, so nobody else has a risk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.score.domain.churn.signals import CATEGORIES, SIGNS, signs_of
from regard.score.domain.churn.words import WEIGHTS, explain_churn
from regard.score.domain.columns import Numbers
from regard.score.domain.features import Features
from regard.score.domain.kinds import LEAST_COVERAGE, Scored, ScoreKind
from regard.score.domain.views import View

SEVERITIES = np.array([0.0, 0.7, 1.0, 1.0])  # by the number of signs in a category
ROUTED_ABOVE = 70  # percent; such customers go to those who retain customers
WATCHED_FROM = 40  # proposal


class ChurnBand(models.TextChoices):
    AT_RISK = "churn:at_risk", _("Likely to leave")
    WATCHED = "churn:watched", _("Worth watching")
    LOW = "churn:low", _("Few signs")
    NOT_ENOUGH_DATA = "churn:not_enough_data", _("Not enough data")


def churn_of(features: Features, as_of: datetime) -> Scored:
    """The risk of these customers at a moment, by rule. inputs: the signs, as `signs_of` gives them."""
    signs = signs_of(features, as_of)
    value, coverage = np.zeros(len(signs)), np.zeros(len(signs))
    for category, names in CATEGORIES.items():
        theirs = signs[:, [SIGNS.index(name) for name in names]]
        value += WEIGHTS[category] * SEVERITIES[np.nansum(theirs, axis=1).astype(int)]
        coverage += WEIGHTS[category] * (~np.isnan(theirs)).any(axis=1)
    coverage = np.where(features.orders > 0, coverage, 0)
    value = np.where(coverage > 0, np.round(value, 2), np.nan)
    return Scored(value, _bands(value, coverage), coverage.astype(np.int16), signs)


def _bands(value: Numbers, coverage: Numbers) -> np.typing.NDArray[np.int16]:
    """That there are few signs is said only where at least half of them could be seen."""
    names = [ChurnBand.AT_RISK, ChurnBand.WATCHED, ChurnBand.LOW, ChurnBand.NOT_ENOUGH_DATA]
    at_risk, watched, low, unknown = (list(ChurnBand).index(name) for name in names)
    verdict = np.where(value > ROUTED_ABOVE, at_risk, np.where(value >= WATCHED_FROM, watched, low))
    is_unknown = np.isnan(value) | ((value < WATCHED_FROM) & (coverage < LEAST_COVERAGE))
    return np.where(is_unknown, unknown, verdict).astype(np.int16)


def churn_in_columns(features: Features, view: View, _others: Mapping[str, Scored]) -> Scored:
    """As `churn_of`."""
    return churn_of(features, view.as_of)


CHURN = ScoreKind(
    name="churn",
    label=_("Churn risk by signs"),
    bands=ChurnBand,
    tones={ChurnBand.AT_RISK: "bad", ChurnBand.WATCHED: "warning", ChurnBand.LOW: "good"},
    columns=churn_in_columns,
    inputs=SIGNS,
    explain=explain_churn,
    high_is_good=False,
    has_panel=True,
    how=_(
        "The risk in percent that the customer does not buy again within 90 days: satisfaction 35, behaviour 25, "
        "support 20, purchases 15 and reviews 5, each counted 0.7 times with one sign and once with two or more. "
        "Of what nothing is known nothing is added."
    ),
)
