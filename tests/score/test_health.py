"""The health formula: pure, so checked by its properties and by the worked example of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.score.domain.health import health_of
from regard.score.domain.weights import PRESENT
from regard.score.models import HealthBand

PILLARS = PRESENT.pillars
WEIGHTS = {name: (pillar, weight) for pillar in PILLARS for name, weight in pillar.inputs.items()}
values = st.floats(0, 100)
some_inputs = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), values, min_size=1)


def test_worked_example_of_the_specification():
    health = health_of({"nps": 90, "purchase_frequency": 80, "lifetime_value_path": 80})

    assert (health.value, health.band, health.coverage) == (84.0, HealthBand.THRIVING, 100)


def test_worked_example_with_every_input():
    inputs = {name: 90.0 if pillar.name == "satisfaction" else 80.0 for name, (pillar, _) in WEIGHTS.items()}

    assert health_of(inputs).value == 84.0


@pytest.mark.parametrize("rating", range(11))
def test_with_only_nps_known_the_pillar_equals_it(rating):
    health = health_of({"nps": rating * 10, "site_use": 0, "payment_behaviour": 0})

    assert health.value == pytest.approx(0.4 * rating * 10)


def test_the_four_inputs_of_a_pillar_weigh_as_specified():
    satisfaction = {
        "nps": 100,
        "satisfaction_direction": 50,
        "issue_resolution": 0,
        "product_satisfaction": 75,
    }

    assert health_of(satisfaction).value == pytest.approx(0.5 * 100 + 0.15 * 50 + 0.15 * 75)


@pytest.mark.parametrize(
    ("inputs", "coverage", "band"),
    [
        ({"product_satisfaction": 100}, 40, HealthBand.NOT_ENOUGH_DATA),
        ({"purchase_frequency": 100}, 35, HealthBand.NOT_ENOUGH_DATA),
        ({"purchase_frequency": 100, "order_value_trend": 100}, 60, HealthBand.THRIVING),
        ({"product_satisfaction": 100, "satisfaction_direction": 100}, 40, HealthBand.NOT_ENOUGH_DATA),
        ({"product_satisfaction": 100, "purchase_frequency": 100}, 75, HealthBand.THRIVING),
    ],
)
def test_coverage_counts_pillars_and_under_half_there_is_no_band(inputs, coverage, band):
    health = health_of(inputs)

    assert (health.coverage, health.band, health.value) == (coverage, band, 100.0)


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (100, HealthBand.THRIVING), (80, HealthBand.THRIVING), (79.99, HealthBand.HEALTHY),
        (79.5, HealthBand.HEALTHY), (60, HealthBand.HEALTHY), (59.99, HealthBand.AT_RISK),
        (40, HealthBand.AT_RISK), (39.99, HealthBand.CRITICAL), (20, HealthBand.CRITICAL),
        (19.99, HealthBand.LOST), (0, HealthBand.LOST),
    ],
)  # fmt: skip
def test_bands_are_half_open(value, band):
    assert health_of({"nps": value, "purchase_frequency": value}).band == band


def test_nothing_known_has_no_value():
    health = health_of({})

    assert (health.value, health.band, health.coverage, health.contributions) == (
        None, HealthBand.NOT_ENOUGH_DATA, 0, (),
    )  # fmt: skip


@settings(deadline=None)
@given(some_inputs)
def test_a_score_lies_between_its_lowest_and_highest_input(inputs):
    value = health_of(inputs).value

    assert min(inputs.values()) - 0.01 <= value <= max(inputs.values()) + 0.01


@settings(deadline=None)
@given(some_inputs)
def test_contributions_explain_the_whole_score(inputs):
    health = health_of(inputs)

    assert sum(part.weight for part in health.contributions) == pytest.approx(1)
    assert sum(part.weight * part.value for part in health.contributions) == pytest.approx(
        health.value, abs=0.01
    )
    assert {part.input for part in health.contributions} == set(inputs)


@settings(deadline=None)
@given(some_inputs, st.data())
def test_a_better_input_never_lowers_the_score(inputs, data):
    name = data.draw(st.sampled_from(sorted(inputs)))
    better = data.draw(st.floats(inputs[name], 100))

    assert health_of(inputs | {name: better}).value >= health_of(inputs).value


@settings(deadline=None)
@given(some_inputs)
def test_what_is_missing_counts_as_the_mean_of_the_rest(inputs):
    """Leaving an input out equals filling it in with what the others of its pillar say."""
    filled = dict(inputs)
    for pillar in PILLARS:
        known = {name: weight for name, weight in pillar.inputs.items() if name in inputs}
        if known:
            mean = sum(inputs[name] * weight for name, weight in known.items()) / sum(known.values())
            filled |= {name: mean for name in pillar.inputs if name not in inputs}

    assert health_of(filled).value == pytest.approx(health_of(inputs).value, abs=0.011)
    assert health_of(filled).coverage == health_of(inputs).coverage
