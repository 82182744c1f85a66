"""How much customers spend at a time: the Gamma-Gamma model.

P. S. Fader and B. G. S. Hardie, The Gamma-Gamma Model of Monetary Value (2013). A customer's purchases scatter
around a mean of their own by a gamma distribution with shape p; its scale differs between customers by another
(q, gamma). How much does not depend on how often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from regard.predict.domain.lifetime.histories import Numbers
from regard.predict.domain.lifetime.likelihood import most_likely

STEPS = 200  # for each factor e of the mean amount: those within half a percent are taken as the same


@dataclass(frozen=True)
class GammaGamma:
    """Parameters; gamma is an amount."""

    p: float
    q: float
    gamma: float

    @property
    def has_mean(self) -> bool:
        """Whether the mean over customers is finite."""
        return self.q > 1

    @property
    def mean(self) -> float:
        """Of the customers' own means; infinite where the tail is too heavy."""
        return self.p * self.gamma / (self.q - 1) if self.has_mean else np.inf


@dataclass(frozen=True)
class Baskets:
    """Columns, a row for customers who are alike: how many purchases, their mean amount (above 0), how many
    customers."""

    purchases: Numbers
    mean: Numbers
    customers: Numbers

    @property
    def people(self) -> float:
        return float(self.customers.sum())


def baskets_of(purchases: Numbers, mean: Numbers) -> Baskets:
    """The distinct rows, with amounts rounded to half a percent."""
    rows = np.column_stack((purchases, np.round(np.log(mean) * STEPS)))
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    return Baskets(distinct[:, 0], np.exp(distinct[:, 1] / STEPS), counts.astype(float))


def spending_likelihood(baskets: Baskets, parameters: Numbers) -> tuple[float, Numbers]:
    """Equation 1a of the note, of p, q and gamma, and its derivatives by each."""
    p, q, gamma = parameters
    n, mean, many = baskets.purchases, baskets.mean, baskets.customers
    whole = gamma + n * mean
    each = (
        gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(gamma)
        + (p * n - 1) * np.log(mean) + p * n * np.log(n) - (p * n + q) * np.log(whole)
    )  # fmt: skip
    both = digamma(p * n + q)
    by_p = n * (both - digamma(p * n) + np.log(n * mean) - np.log(whole))
    by_q = both - digamma(q) + np.log(gamma) - np.log(whole)
    by_gamma = q / gamma - (p * n + q) / whole
    return float(many @ each), np.array([many @ by_p, many @ by_q, many @ by_gamma])


def fit_gamma_gamma(baskets: Baskets) -> tuple[GammaGamma, float]:
    """The likeliest parameters, and their log-likelihood."""
    typical = float(np.average(baskets.mean, weights=baskets.customers))
    start = np.array([3.0, 3.0, typical * 2 / 3])
    found, value = most_likely(lambda tried: spending_likelihood(baskets, tried), start, baskets.people)
    return GammaGamma(*map(float, found)), value


def expected_amount(model: GammaGamma, purchases: Numbers, mean: Numbers) -> Numbers:
    """What a customer's purchases will be on average, row by row: between their own mean so far and that of all,
    the nearer to their own the more they bought. mean: not read where there were no purchases.

    Equation 5 of the note.
    """
    spent = np.where(purchases > 0, purchases * np.nan_to_num(mean), 0.0)
    expected: Numbers = model.p * (model.gamma + spent) / (model.p * purchases + model.q - 1)
    return expected
