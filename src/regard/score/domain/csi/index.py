"""The customer satisfaction index: how content somebody is with the store at its touchpoints, 0 to 100.

After the product's specification (scoring, section 2): CSI = 0.30 NPS + 0.25 product + 0.20 ease of help + 0.15
delivery + 0.10 purchase. What is not known is left out and the other weights rescaled; under half of the weight
there is no verdict. A store may weigh them itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.score.domain.csi.words import explain_csi
from regard.score.domain.features import Features
from regard.score.domain.kinds import LEAST_COVERAGE, Scored, ScoreKind, bands_by_bounds, weighted_mean
from regard.score.domain.tuned import FIRST, TunedWeights
from regard.score.domain.views import View

WEIGHTS: Mapping[str, float] = {"nps": 30, "product": 25, "ease": 20, "delivery": 15, "purchase": 10}
LEAST_VALUES = (80, 60, 40, 20, 0)  # of the bands, in their order: 79.99 is satisfied, 80 a champion


class CsiBand(models.TextChoices):
    CHAMPIONS = "csi:champions", _("Champion")
    SATISFIED = "csi:satisfied", _("Satisfied")
    NEUTRAL = "csi:neutral", _("Neutral")
    AT_RISK = "csi:at_risk", _("At risk")
    DETRACTORS = "csi:detractors", _("Detractor")
    NOT_ENOUGH_DATA = "csi:not_enough_data", _("Not enough data")


def csi_of(features: Features, weights: TunedWeights | None = None) -> Scored:
    """The index of these customers. weights: those of the store, None for those that Regard comes with."""
    used = weights or TunedWeights(FIRST, WEIGHTS)
    means = {
        "nps": features.nps_mean, "product": features.product_mean, "ease": features.ease_mean,
        "delivery": features.delivery_mean, "purchase": features.purchase_mean,
    }  # fmt: skip
    inputs = np.column_stack([means[name] for name in WEIGHTS]).round(4)
    value, coverage = weighted_mean(inputs, {name: used.weights[name] for name in WEIGHTS})
    band = np.where(coverage < LEAST_COVERAGE, len(CsiBand) - 1, bands_by_bounds(value, LEAST_VALUES))
    return Scored(value, band.astype(np.int16), np.floor(coverage).astype(np.int16), inputs, used.version)


def csi_in_columns(features: Features, view: View, _others: Mapping[str, Scored]) -> Scored:
    """As `csi_of`, with the weights of the store."""
    return csi_of(features, view.tuned.get("csi"))


CSI = ScoreKind(
    name="csi",
    label=_("Satisfaction index (CSI)"),
    bands=CsiBand,
    tones={
        CsiBand.CHAMPIONS: "good", CsiBand.SATISFIED: "good", CsiBand.NEUTRAL: "warning",
        CsiBand.AT_RISK: "bad", CsiBand.DETRACTORS: "bad",
    },
    columns=csi_in_columns,
    inputs=tuple(WEIGHTS),
    weights=WEIGHTS,
    explain=explain_csi,
    how=_(
        "The weighted mean of what the customer said, each of 0 to 100: recommendation (NPS), products, ease of "
        "help, deliveries and purchases. What is not known is left out and the rest counts for more; with less "
        "than half of the weight known there is no verdict."
    ),
)  # fmt: skip
