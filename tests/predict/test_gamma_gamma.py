from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.predict.domain.lifetime.gamma_gamma import (
    GammaGamma,
    baskets_of,
    expected_amount,
    fit_gamma_gamma,
    spending_likelihood,
)
from tests.predict.buying import spent_by

PUBLISHED = GammaGamma(p=6.25, q=3.74, gamma=15.44)  # Fader and Hardie (2013), of the CD store


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_known_parameters_are_found_again(seed: int) -> None:
    random = np.random.default_rng(seed)
    purchases = random.integers(1, 8, 8_000).astype(float)
    baskets = baskets_of(purchases, spent_by(PUBLISHED, purchases, random))
    model, value = fit_gamma_gamma(baskets)
    assert value >= spending_likelihood(baskets, np.array([6.25, 3.74, 15.44]))[0] - 1e-6
    assert model.mean == pytest.approx(PUBLISHED.mean, rel=0.05)
    assert (model.p, model.q) == pytest.approx((PUBLISHED.p, PUBLISHED.q), rel=0.35)


@given(st.floats(0.3, 20), st.floats(0.3, 20), st.floats(0.5, 5000), st.integers(0, 2**32 - 1))
def test_the_slopes_are_those_of_the_likelihood(p: float, q: float, gamma: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    baskets = baskets_of(random.integers(1, 9, 30).astype(float), random.uniform(5, 500, 30))
    parameters = np.array([p, q, gamma])
    _value, slopes = spending_likelihood(baskets, parameters)
    for slope, step in zip(slopes, np.diag(parameters * 1e-5), strict=True):
        upper, lower = (spending_likelihood(baskets, parameters + sign * step)[0] for sign in (1, -1))
        assert slope == pytest.approx((upper - lower) / (2 * step.sum()), rel=1e-3, abs=1e-3)


def test_the_mean_of_the_cd_store_is_the_published_one() -> None:
    assert PUBLISHED.mean == pytest.approx(35.22, abs=0.01)


def test_the_expectation_goes_from_the_mean_of_all_to_the_customers_own() -> None:
    purchases = np.array([0.0, 1.0, 10.0, 1e6])
    expected = expected_amount(PUBLISHED, purchases, np.array([np.nan, 100.0, 100.0, 100.0]))
    assert expected[0] == pytest.approx(PUBLISHED.mean)
    assert (np.diff(expected) > 0).all()
    assert expected[3] == pytest.approx(100, rel=1e-4)


def test_amounts_within_half_a_percent_are_one_row() -> None:
    baskets = baskets_of(np.array([2.0, 2.0, 2.0, 3.0]), np.array([100.0, 100.1, 102.0, 100.0]))
    assert baskets.customers.tolist() == [2, 1, 1]
    assert baskets.mean[0] == pytest.approx(100, rel=0.005)


def test_customers_who_all_spend_the_same_are_expected_to_go_on() -> None:
    purchases = np.arange(1.0, 101.0)
    model, _value = fit_gamma_gamma(baskets_of(purchases, np.full(100, 2_500.0)))
    expected = expected_amount(model, purchases, np.full(100, 2_500.0))
    assert expected == pytest.approx(np.full(100, 2_500.0), rel=0.01)
