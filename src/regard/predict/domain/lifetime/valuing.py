"""What customers will be worth: how often they will buy times how much they spend at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regard.predict.domain.lifetime.bg_nbd import (
    BgNbd,
    alive_probability,
    expected_purchases,
    fit_bg_nbd,
    rhythms_of,
)
from regard.predict.domain.lifetime.gamma_gamma import (
    GammaGamma,
    baskets_of,
    expected_amount,
    fit_gamma_gamma,
)
from regard.predict.domain.lifetime.histories import Histories, Numbers

WEEKS_OF_A_YEAR = 365 / 7  # a prediction is of the twelve months that follow


@dataclass(frozen=True)
class LifetimeModel:
    """How often and for how much a store's customers buy; amounts in minor units of its currency."""

    buying: BgNbd
    spending: GammaGamma

    def as_parameters(self) -> dict[str, Any]:
        return {"buying": asdict(self.buying), "spending": asdict(self.spending)}


@dataclass(frozen=True)
class Fit:
    """A model with the log-likelihoods of its halves."""

    model: LifetimeModel
    buying_likelihood: float
    spending_likelihood: float


@dataclass(frozen=True)
class Values:
    """Columns, a row a customer. alive: the probability that they have not left for good. amount, worth: in minor
    units, of a purchase and of all that are expected."""

    alive: Numbers
    purchases: Numbers
    amount: Numbers
    worth: Numbers


def model_of(parameters: dict[str, Any]) -> LifetimeModel:
    """What `as_parameters` gave."""
    return LifetimeModel(BgNbd(**parameters["buying"]), GammaGamma(**parameters["spending"]))


def fit_lifetime_model(histories: Histories) -> Fit:
    """The likeliest model of these histories, some of which must have repeats and amounts."""
    buying, buying_likelihood = fit_bg_nbd(rhythms_of(histories.repeats, histories.recency, histories.age)[0])
    mean = histories.mean
    known = ~np.isnan(mean)
    spending, spending_likelihood = fit_gamma_gamma(baskets_of(histories.priced[known], mean[known]))
    return Fit(LifetimeModel(buying, spending), buying_likelihood, spending_likelihood)


def values_of(model: LifetimeModel, histories: Histories, *, weeks: float = WEEKS_OF_A_YEAR) -> Values:
    """What each is expected to buy in the weeks that follow; those who are alike are computed once."""
    rows, places = rhythms_of(histories.repeats, histories.recency, histories.age)
    alike = rows.repeats, rows.recency, rows.age
    alive = alive_probability(model.buying, *alike)[places]
    purchases = expected_purchases(model.buying, *alike, weeks=weeks)[places]
    mean = histories.mean
    amount = expected_amount(model.spending, np.where(np.isnan(mean), 0.0, histories.priced), mean)
    return Values(alive, purchases, amount, purchases * amount)
