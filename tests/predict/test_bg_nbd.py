from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from regard.predict.domain.lifetime.bg_nbd import (
    BgNbd,
    BuyingLikelihood,
    Rhythms,
    alive_probability,
    expected_purchases,
    fit_bg_nbd,
    rhythms_of,
)
from tests.conftest import shared_data
from tests.predict.buying import bought_by

PUBLISHED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)  # Fader, Hardie and Lee (2005), table 2
models = st.builds(
    BgNbd,
    r=st.floats(0.05, 20),
    alpha=st.floats(0.1, 200),
    a=st.floats(0.05, 20),
    b=st.floats(0.1, 50),
)
of_regular_buyers = st.builds(  # as a fit finds them of who buys to a calendar
    lambda r, gap, a, b: BgNbd(r, r * gap, a, b),
    r=st.floats(1e3, 1e4),
    gap=st.floats(0.2, 30),
    a=st.floats(1e-6, 20),
    b=st.floats(0.1, 2e4),
)


def _cd_store() -> Rhythms:
    with shared_data("cdnow", "cdnow_customers_summary.csv").open() as file:
        rows = [[float(row[name]) for name in ("frequency", "recency", "T")] for row in csv.DictReader(file)]
    return rhythms_of(*np.array(rows).T)[0]


def test_the_published_parameters_of_the_cd_store_are_found() -> None:
    model, value = fit_bg_nbd(_cd_store())
    found = tuple(round(each, 3) for each in (model.r, model.alpha, model.a, model.b))
    assert (found, round(value, 1)) == ((0.243, 4.414, 0.793, 2.426), -9582.4)


def test_the_published_expectation_is_found() -> None:
    """Of the paper's example: two repeats, the last after 30.43 of 38.86 weeks, over the next 39."""
    told = [np.array([value]) for value in (2.0, 30.43, 38.86)]
    assert expected_purchases(PUBLISHED, *told, weeks=39)[0] == pytest.approx(1.226, abs=0.001)


def test_purchases_of_the_weeks_held_out_are_foreseen() -> None:
    """Half of the CD store's customers, fitted on 39 weeks: what they bought in the 39 weeks that follow."""
    days: dict[str, set[date]] = {}
    for line in shared_data("cdnow", "cdnow_even_ids.txt").read_text().splitlines()[1:]:
        customer, day = line.split()[:2]
        days.setdefault(customer, set()).add(date.fromisoformat(day))
    end, after = date(1997, 9, 30), date(1998, 6, 30)
    rows = [
        (
            sum(day <= end for day in bought) - 1,
            (max(day for day in bought if day <= end) - min(bought)).days / 7,
            (end - min(bought)).days / 7,
            sum(end < day <= after for day in bought),
        )
        for bought in days.values()
    ]
    repeats, recency, age, actual = np.array(rows, float).T
    model, _value = fit_bg_nbd(rhythms_of(repeats, recency, age)[0])
    expected = expected_purchases(model, repeats, recency, age, weeks=39)
    assert expected.sum() / actual.sum() == pytest.approx(0.86, abs=0.01)
    means = [
        (expected[chosen].mean(), actual[chosen].mean())
        for chosen in (np.clip(repeats, 0, 7) == number for number in range(8))
    ]
    errors = [abs(foreseen - seen) for foreseen, seen in means]
    assert max(errors) < 0.7
    weights = [(np.clip(repeats, 0, 7) == number).mean() for number in range(8)]
    assert np.average(errors, weights=weights) < 0.12


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_known_parameters_are_found_again(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = BgNbd(r=0.8, alpha=8.0, a=1.2, b=4.0)
    age = random.integers(10, 100, 8_000).astype(float)
    repeats, recency, _later = bought_by(truth, age, random)
    rhythms, _places = rhythms_of(repeats, recency, age)
    model, value = fit_bg_nbd(rhythms)
    assert value >= BuyingLikelihood(rhythms)(np.array([0.8, 8.0, 1.2, 4.0]))[0] - 1e-6
    assert model.r / model.alpha == pytest.approx(truth.r / truth.alpha, rel=0.2)
    assert model.a / (model.a + model.b) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.3)


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_what_follows_is_foreseen_in_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = BgNbd(r=0.8, alpha=8.0, a=1.2, b=4.0)
    age = random.integers(10, 100, 20_000).astype(float)
    repeats, recency, later = bought_by(truth, age, random, beyond=26)
    expected = expected_purchases(truth, repeats, recency, age, weeks=26)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.08)


@given(models, st.integers(0, 2**32 - 1))
def test_the_slopes_are_those_of_the_likelihood(model: BgNbd, seed: int) -> None:
    random = np.random.default_rng(seed)
    repeats = random.integers(0, 6, 40).astype(float)
    age = random.uniform(1, 100, 40)
    rhythms, _places = rhythms_of(repeats, np.where(repeats > 0, age * random.random(40), 0), age)
    likelihood, parameters = BuyingLikelihood(rhythms), np.array([model.r, model.alpha, model.a, model.b])
    _value, slopes = likelihood(parameters)
    for slope, step in zip(slopes, np.diag(parameters * 1e-5), strict=True):
        upper, lower = (likelihood(parameters + sign * step)[0] for sign in (1, -1))
        assert slope == pytest.approx((upper - lower) / (2 * step.sum()), rel=1e-3, abs=1e-3)


def _by_integral(model: BgNbd, repeats: float, age: float, weeks: float) -> float:
    """Expected purchases of somebody who is active: over how likely they leave, p, the mean of
    (1 - e^(-rate p t)) / p, where the rate is gamma (r + x, alpha + T) and p is beta (a, b + x)."""

    def at(leaves: float) -> float:
        log_density = (
            (model.a - 1) * np.log(leaves) + (model.b + repeats - 1) * np.log1p(-leaves)
            - betaln(model.a, model.b + repeats)
        )  # fmt: skip
        power = -(model.r + repeats) * np.log1p(leaves * weeks / (model.alpha + age))
        return float(np.exp(log_density) * -np.expm1(power) / leaves)

    return quad(at, 0, 0.5, limit=200)[0] + quad(at, 0.5, 1, limit=200)[0]


@given(
    st.builds(BgNbd, r=st.floats(0.1, 5), alpha=st.floats(1, 50), a=st.floats(0.6, 5), b=st.floats(1, 20)),
    st.integers(0, 60),
    st.floats(0, 300),
)
@example(BgNbd(1.0, 5.0, 1.0, 3.0), 3, 50.0)  # where the closed form has a gap
@example(BgNbd(0.5, 1.0, 0.5, 2.0), 98, 0.0)  # where the hypergeometric function overflows
def test_the_closed_form_is_the_integral(model: BgNbd, repeats: int, age: float) -> None:
    told = [np.array([float(repeats)]), np.array([age]), np.array([age])]
    alive = alive_probability(model, *told)[0]
    expected = expected_purchases(model, *told, weeks=52)[0]
    assert expected == pytest.approx(alive * _by_integral(model, repeats, age, 52), rel=1e-5)


@settings(max_examples=300)
@given(models | of_regular_buyers, st.integers(0, 500), st.floats(0, 1), st.floats(0, 3650))
@example(BgNbd(1e5, 4.5e5, 0.1, 1.0), 5, 0.7, 140)  # where only the sum in steps has a value
def test_no_customer_is_too_odd(model: BgNbd, repeats: int, share: float, days: float) -> None:
    age = days / 7
    told = [np.array([float(repeats)]), np.array([age * share if repeats else 0.0]), np.array([age])]
    alive, expected = alive_probability(model, *told)[0], expected_purchases(model, *told, weeks=52)[0]
    at_most = (model.r + repeats) / (model.alpha + age) * 52
    assert 0 <= alive <= 1
    assert 0 <= expected <= at_most * (1 + 1e-6) + 1e-9


def test_who_never_bought_again_has_not_left() -> None:
    none, age = np.zeros(3), np.array([0.0, 10.0, 500.0])
    assert alive_probability(PUBLISHED, none, none, age).tolist() == [1, 1, 1]


def test_the_longer_the_silence_the_less_is_expected() -> None:
    age = np.array([10.0, 12.0, 20.0, 60.0])
    expected = expected_purchases(PUBLISHED, np.full(4, 5.0), np.full(4, 10.0), age, weeks=52)
    assert (np.diff(expected) < 0).all()


@pytest.mark.parametrize("model", [BgNbd(5_000, 20_000, 1.3, 5.0), BgNbd(1e5, 4e5, 1.3, 5.0)])
@pytest.mark.parametrize(("repeats", "age"), [(0.0, 3.0), (12.0, 50.0)])
def test_of_regular_buyers_as_much_is_expected_as_by_the_integral(
    model: BgNbd, repeats: float, age: float
) -> None:
    told = [np.array([value]) for value in (repeats, age if repeats else 0.0, age)]
    alive = alive_probability(model, *told)[0]
    wanted = alive * _by_integral(model, repeats, age, 52)
    assert expected_purchases(model, *told, weeks=52)[0] == pytest.approx(wanted, rel=0.01)


def test_a_store_of_regular_buyers_is_foreseen() -> None:
    """Everybody buys every four weeks, and one in thirty leaves after each purchase."""
    random = np.random.default_rng(2)
    people = 800
    age = random.integers(10, 40, people) + 0.5
    most = random.geometric(1 / 30, people) - 1.0
    repeats = np.minimum(most, age // 4)
    model, _value = fit_bg_nbd(rhythms_of(repeats, repeats * 4, age)[0])
    expected = expected_purchases(model, repeats, repeats * 4, age, weeks=13)
    later = np.minimum(most, (age + 13) // 4) - repeats
    assert np.isfinite(expected).all()
    assert expected.sum() == pytest.approx(later.sum(), rel=0.15)
