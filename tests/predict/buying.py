"""Customers whose buying is made up by the models' own rules, so that the truth is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regard.predict.domain.lifetime.bg_nbd import BgNbd
from regard.predict.domain.lifetime.gamma_gamma import GammaGamma

Numbers = NDArray[np.float64]


def bought_by(
    model: BgNbd, age: Numbers, random: np.random.Generator, *, beyond: float = 0
) -> tuple[Numbers, Numbers, Numbers]:
    """Repeats and recency in `age` weeks since each first purchase, and the purchases in `beyond` more."""
    people = len(age)
    rate = random.gamma(model.r, 1 / model.alpha, people)
    leaves = random.beta(model.a, model.b, people)
    at, repeats, recency, later = np.zeros(people), np.zeros(people), np.zeros(people), np.zeros(people)
    active = random.random(people) >= 0  # nobody leaves before a repeat
    while active.any():
        at = at + random.exponential(1, people) / np.maximum(rate, 1e-300)
        inside = active & (at <= age)
        repeats += inside
        recency = np.where(inside, at, recency)
        later += active & (at > age) & (at <= age + beyond)
        active &= (at <= age + beyond) & (random.random(people) >= leaves)
    return repeats, recency, later


def spent_by(model: GammaGamma, purchases: Numbers, random: np.random.Generator) -> Numbers:
    """The mean amount of so many purchases of each customer."""
    scale = random.gamma(model.q, 1 / model.gamma, len(purchases))
    spent: Numbers = random.gamma(model.p * purchases) / scale / purchases
    return spent
