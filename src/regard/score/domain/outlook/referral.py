"""How likely somebody is to recommend the store when asked, by rule: 0 to 100.

The product's specification (scoring, section 6, P4) names what counts; the weights and the ceiling are proposals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.score.domain.columns import Column, Numbers
from regard.score.domain.features import Features
from regard.score.domain.inputs import payment_score
from regard.score.domain.kinds import LEAST_COVERAGE, Scored, ScoreKind, bands_by_bounds, weighted_mean
from regard.score.domain.parts import Part
from regard.score.domain.sentences import Known, rounded
from regard.score.domain.views import View

WEIGHTS: Mapping[str, float] = {"nps": 40, "csi": 20, "health": 20, "positive_reviews": 10, "orders_kept": 10}
LEAST_VALUES = (80, 60, 0)
DETRACTOR = 6  # of 10
CEILING = 39.0  # of who would not recommend the store, or waits for help: not to be asked now
LABELS: Mapping[str, Promise] = {
    "nps": gettext_lazy("Recommendation (NPS)"),
    "csi": gettext_lazy("Satisfaction index (CSI)"),
    "health": gettext_lazy("Health"),
    "positive_reviews": gettext_lazy("Good reviews"),
    "orders_kept": gettext_lazy("Orders kept"),
}


class ReferralBand(models.TextChoices):
    READY = "referral:ready", gettext_lazy("Ready to refer")
    LIKELY = "referral:likely", gettext_lazy("May refer")
    LATER = "referral:later", gettext_lazy("Not now")
    NOT_ENOUGH_DATA = "referral:not_enough_data", gettext_lazy("Not enough data")


def referral_of(features: Features, _view: View | None, others: Mapping[str, Scored]) -> Scored:
    """The propensity of those who said anything, where half of the weight is known.

    others: the scores csi and health of the same customers.
    """
    inputs = _inputs(features, others)
    value, coverage = weighted_mean(inputs, WEIGHTS)
    held = (features.last_nps <= DETRACTOR) | (features.open_tickets > 0)
    value = np.where(held, np.minimum(value, CEILING), value).round()
    spoke = features.answers + features.reviews > 0
    coverage = np.where(spoke & (coverage >= LEAST_COVERAGE), coverage, 0)
    value = np.where(coverage > 0, value, np.nan)
    band = np.where(coverage > 0, bands_by_bounds(value, LEAST_VALUES), len(ReferralBand) - 1)
    return Scored(value, band.astype(np.int16), coverage.astype(np.int16), inputs)


def _inputs(features: Features, others: Mapping[str, Scored]) -> Numbers:
    """Whole points, so that what moves by less writes nothing."""
    reviews = features.reviews
    known = {
        "nps": features.nps_mean,
        "csi": _verdict(others["csi"]),
        "health": _verdict(others["health"]),
        "positive_reviews": np.where(
            reviews > 0, 100 * features.positive_reviews / np.maximum(reviews, 1), np.nan
        ),
        "orders_kept": payment_score(features.troubled_orders, features.orders + features.cancelled_orders),
    }
    return np.column_stack([known[name] for name in WEIGHTS]).round()


def _verdict(scored: Scored) -> Column:
    return np.where(scored.coverage >= LEAST_COVERAGE, scored.value, np.nan)


def explain_referral(
    values: Sequence[float | None], _weights: Mapping[str, float], known: Known
) -> Iterator[Part]:
    """A part for each input, and one for what holds the score back."""
    total = 0.0
    present = sum(weight for weight, value in zip(WEIGHTS.values(), values, strict=True) if value is not None)
    for (name, weight), value in zip(WEIGHTS.items(), values, strict=True):
        label = str(LABELS[name])
        if value is None:
            yield Part(name, label, None, weight / 100, 0.0, _("Not known yet."))
        else:
            share = weight / present
            total += share * value
            words = _("%(value)s of 100.") % {"value": rounded(value, 0)}
            yield Part(name, label, value, share, share * value, words)
    held = _held_words(known)
    if held and total > CEILING:
        yield Part("held_back", _("Held back"), 0.0, 0.0, CEILING - total, held)


def _held_words(known: Known) -> str:
    """Why somebody is not to be asked now, "" where nothing speaks against it."""
    features = known.features
    if features.last_nps is not None and features.last_nps <= DETRACTOR:
        return _("Gave %(rating)s of 10 last, so the score is at most %(ceiling)s.") % {
            "rating": rounded(features.last_nps, 0), "ceiling": rounded(CEILING, 0),
        }  # fmt: skip
    if features.open_tickets:
        return _("Waits for help, so the score is at most %(ceiling)s.") % {"ceiling": rounded(CEILING, 0)}
    return ""


REFERRAL = ScoreKind(
    name="referral",
    label=gettext_lazy("Readiness to refer"),
    bands=ReferralBand,
    tones={ReferralBand.READY: "good", ReferralBand.LIKELY: "good"},
    columns=referral_of,
    inputs=tuple(WEIGHTS),
    explain=explain_referral,
    how=gettext_lazy(
        "NPS 40, satisfaction index 20, health 20, share of good reviews 10 and orders kept 10, each of 0 to 100; "
        "what is not known is left out. At most 39 for who last gave 6 or less, or waits for help."
    ),
)
