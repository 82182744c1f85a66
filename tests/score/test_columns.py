"""The vectorised features and inputs against a plain reference, one customer at a time, written here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.score.domain.columns import TIME, chosen_rows, digest_of, run_columns
from regard.score.domain.features import features_of
from regard.score.domain.health import BANDS, health_of, healths_of, known_values
from regard.score.domain.inputs import inputs_of
from regard.score.domain.known_facts import Kind, KnownFacts
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.weights import PRESENT

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOME = 1
AMOUNTS = (Kind.ORDER, Kind.CANCELLED, Kind.REFUND)
Fact = tuple[int, Kind, datetime, int, float | None, int]  # as in KnownFacts


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    kind = draw(st.sampled_from(list(Kind)))
    # Few days and few ties, so that facts of one instant are common.
    at = NOW - timedelta(days=draw(st.integers(0, 40)) * 10, microseconds=draw(st.integers(0, 2)))
    tie = draw(st.integers(-3, 3))
    if kind in AMOUNTS:
        value = draw(st.none() | st.integers(0, 10**6).map(float))
        return draw(st.integers(1, 4)), kind, at, tie, value, draw(st.integers(1, 2))
    if kind == Kind.DELIVERY:
        return draw(st.integers(1, 4)), kind, at, tie, float(draw(st.booleans())), 0
    score = draw(st.integers(0, 100).map(float))
    return draw(st.integers(1, 4)), kind, at, tie, score, draw(st.integers(0, 1))


def distinct(told: list[Fact]) -> list[Fact]:
    """No two facts of a kind at the same instant with the same tie, as external ids make sure."""
    return list({(f[0], f[1], f[2], f[3]): f for f in told}.values())


some_facts = st.lists(facts(), max_size=40).map(distinct)


def columns_of(told: list[Fact]) -> KnownFacts:
    at = np.array([f[2].replace(tzinfo=None) for f in told], TIME)
    numbers = np.array([np.nan if f[4] is None else f[4] for f in told], float)
    whole = [np.array([f[place] for f in told], np.int64) for place in (0, 1, 3, 5)]
    return KnownFacts(whole[0], whole[1], at, whole[2], numbers, whole[3], HOME)


def reference(customer: int, told: list[Fact]) -> dict[str, Any]:
    """What is known of one customer, by loops over their facts."""
    mine = sorted((f for f in told if f[0] == customer), key=lambda f: (f[2], f[3]))
    of = lambda *kinds: [f for f in mine if f[1] in kinds]  # noqa: E731 - short for what follows
    bought = of(Kind.ORDER)
    last = bought[-1] if bought else None
    earlier = [f[4] for f in bought[:-1] if f[5] == last[5] and f[4] is not None]
    span = (bought[-1][2] - bought[0][2]).total_seconds() / 86400 if bought else 0
    troubled = {f[3] for f in of(Kind.CANCELLED, Kind.REFUND)}
    return {
        "orders": len(bought),
        "cancelled_orders": len(of(Kind.CANCELLED)),
        "spent_minor": at_home(bought),
        "refunded_minor": at_home([f for f in of(Kind.REFUND) if f[3] in {b[3] for b in bought}]),
        "last_total_minor": last[4] if last else None,
        "earlier_mean_minor": mean(earlier),
        "own_gap_days": span / (len(bought) - 1) if len(bought) >= 3 else None,
        "troubled_orders": len(troubled),
        "deliveries": len(of(Kind.DELIVERY)),
        "late_deliveries": sum(f[4] for f in of(Kind.DELIVERY)),
        "nps_mean": recent_mean(of(Kind.NPS)),
        "support_mean": recent_mean(of(Kind.SUPPORT)),
        "product_mean": recent_mean(of(Kind.REVIEW, Kind.PRODUCT)),
        **direction(of(Kind.REVIEW, Kind.NPS, Kind.PRODUCT, Kind.SUPPORT, Kind.OTHER)),
    }


def at_home(amounts: list[Fact]) -> float | None:
    known = [f[4] for f in amounts if f[5] == HOME and f[4] is not None]
    return sum(known) if known or not amounts else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def recent_mean(said: list[Fact]) -> float | None:
    weights = [0.5 ** ((NOW - f[2]).total_seconds() / 86400 / 90) for f in said]
    return sum(w * f[4] for w, f in zip(weights, said, strict=True)) / sum(weights) if said else None


def direction(said: list[Fact]) -> dict[str, float | None]:
    found = None
    series: dict[tuple[int, int], Fact] = {}
    for f in sorted(said, key=lambda f: (f[2], f[3], f[1], f[5])):
        if (before := series.get((f[1], f[5]))) is not None:
            found = (before, f)
        series[f[1], f[5]] = f
    return {
        "direction_previous": found[0][4] if found else None,
        "direction_last": found[1][4] if found else None,
    }


@settings(deadline=None, max_examples=200)
@given(some_facts)
def test_columns_give_what_a_plain_reference_gives(told):
    customers = np.arange(1, 5)
    found = dict(features_of(columns_of(told), customers))

    for row, customer in enumerate(customers.tolist()):
        for name, expected in reference(customer, told).items():
            value = found[name][row]
            known = None if np.isnan(value) else pytest.approx(float(value))
            assert known == expected, (customer, name)


@settings(deadline=None)
@given(some_facts, st.randoms())
def test_the_order_of_facts_and_the_company_of_customers_do_not_matter(told, random):
    shuffled = random.sample(told, len(told))
    together = features_of(columns_of(told), np.arange(1, 5))
    again = features_of(columns_of(shuffled), np.arange(1, 5))
    alone = features_of(columns_of([f for f in told if f[0] == 2]), np.array([2]))

    for (name, one), (_name, other) in zip(together, again, strict=True):
        np.testing.assert_allclose(*(_numbers(each) for each in (one, other)), err_msg=name)
    for (name, one), (_name, other) in zip(chosen_rows(together, [1]), alone, strict=True):
        np.testing.assert_allclose(*(_numbers(each) for each in (one, other)), err_msg=name)


def _numbers(column: Any) -> Any:
    return column.astype(np.int64) if column.dtype.kind == "M" else column


@settings(deadline=None)
@given(some_facts)
def test_inputs_stay_in_bounds_and_a_matrix_scores_as_its_rows(told):
    features = features_of(columns_of(told), np.arange(1, 5))
    inputs = inputs_of(features, as_of=NOW, expected=ExpectedGap(90, "default"))
    healths = healths_of(inputs)

    assert np.all(np.isnan(inputs) | ((inputs >= 0) & (inputs <= 100)))
    for row in range(4):
        known = zip(PRESENT.inputs, known_values(inputs[row]), strict=True)
        single = health_of({name: value for name, value in known if value is not None})
        value = None if np.isnan(healths.value[row]) else float(healths.value[row])
        assert (value, BANDS[healths.band[row]], healths.coverage[row]) == (
            single.value, single.band, single.coverage,
        )  # fmt: skip


@pytest.mark.django_db
def test_columns_go_to_the_database_and_back():
    columns = {
        "whole": np.array([1, -(2**40)]),
        "small": np.array([3, -4], np.int16),
        "middle": np.array([5, -6], np.int32),
        "number": np.array([1.5, np.nan]),
        "truth": np.array([True, False]),
        "time": np.array(["1999-12-31T23:59:59.000001", "NaT"], TIME),
        "nothing": np.empty(0, np.int64),
    }
    types = ("int8", "int2", "int4", "float8", "bool", "timestamptz", "int8")
    asked = ", ".join(f"%({name})s::{kind}[]" for name, kind in zip(columns, types, strict=True))

    [(*back, text)] = run_columns(f"SELECT {asked}, (%(time)s::timestamptz[])[1]::text", columns)

    for sent, got in zip(columns.values(), back, strict=True):
        known = ~np.isnat(sent) if sent.dtype.kind == "M" else slice(None)  # no fact has an unknown time
        np.testing.assert_array_equal(got[known], sent[known])
    assert text.startswith("1999-12-31 23:59:59.000001")


def test_a_digest_tells_rows_apart_and_is_the_same_for_the_same():
    one, other = np.array([1.0, np.nan, 0.0, 1.0]), np.array([np.nan, 1.0, -0.0, 1.0])

    assert len(set(digest_of([one, other]).tolist())) == 4
    np.testing.assert_array_equal(digest_of([one]), digest_of([one.copy()]))
    assert digest_of([np.array([0.0])]) == digest_of([np.array([-0.0])])
    assert digest_of([one], seed=1)[0] != digest_of([one])[0]
