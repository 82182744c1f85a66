"""Readiness to refer, the path of satisfaction and early signs of value: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from regard.score.domain.computing import compute
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.views import View
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order, new_review

pytestmark = pytest.mark.django_db


def of(customer, name):
    """Value, band and coverage."""
    found = compute(View(customer.store, NOW, ExpectedGap(90, "default")), np.array([customer.pk]))
    scored = found.scores[name]
    value = scored.value[0]
    return (None if np.isnan(value) else float(value)), int(scored.band[0]), int(scored.coverage[0])


UP, FLAT, DOWN, UNKNOWN = range(4)


def told(store, *reviews):
    """A customer's reviews: (days ago, stars)."""
    customer = new_customer(store)
    for days, stars in reviews:
        new_review(customer, days_ago(days), stars)
    return customer


def test_a_path_takes_three_statements(store):
    assert of(told(store, (90, 1), (0, 5)), "trajectory") == (None, UNKNOWN, 0)


def test_a_path_that_rises(store):
    """25, 50 and 75 of 100, ninety days apart: 25 points in ninety days, and 100 expected after as many."""
    assert of(told(store, (180, 2), (90, 3), (0, 4)), "trajectory") == (100, UP, 100)


def test_a_path_that_falls_ends_at_nothing(store):
    assert of(told(store, (180, 4), (90, 2), (0, 1)), "trajectory") == (0, DOWN, 100)


def test_one_outlier_does_not_bend_the_path(store):
    """Five stars but for one: of the ten slopes six are level, so the median is."""
    path = told(store, (200, 5), (150, 5), (100, 1), (50, 5), (0, 5))

    assert of(path, "trajectory") == (100, FLAT, 100)


def test_only_statements_of_a_kind_are_held_against_each_other(store):
    """A review and two other answers, each of its own kind, draw no line."""
    customer = told(store, (90, 1))
    new_answer(customer, days_ago(50), 50.0)
    new_answer(customer, days_ago(10), 90.0, measure="csat", topic="product")

    assert of(customer, "trajectory") == (None, UNKNOWN, 0)


def test_readiness_to_refer_by_hand(store):
    """NPS 90 x 40, good reviews 100 x 10, orders kept 100 x 10, and health of two thirds of the weight known, with
    NPS 90 and products 100 at 50 : 15, frequency 100 and orders of 75 and 100 at 35 : 15."""
    customer = new_customer(store)
    for days in (40, 20):
        new_order(customer, days_ago(days))
    new_answer(customer, days_ago(10), 90.0)
    new_review(customer, days_ago(5), 5)

    csi = (90 * 30 + 100 * 25) / 55
    satisfaction = (90 * 50 + 100 * 15) / 65
    economy = (75 * 35 + 100 * 15) / 50
    health = 0.40 * satisfaction + 0.35 * 100 + 0.25 * economy
    expected = (90 * 40 + round(csi) * 20 + round(health) * 20 + 100 * 10 + 100 * 10) / 100
    assert of(customer, "referral") == (round(expected), 0, 100)


@pytest.mark.parametrize(("rating", "value"), [(70.0, 82), (60.0, 39), (0.0, 39)])
def test_who_would_not_recommend_us_is_not_asked(store, rating, value):
    """Good reviews and all orders kept: only what the customer said last of recommending holds it down.

    A rating of 7: CSI (70 x 30 + 100 x 25) / 55 = 84; health 0.4 x satisfaction (70 x 50 + 100 x 15 + 100 x 15)
    / 80 + 0.35 x 100 + 0.25 x economy (75 x 35 + 100 x 15) / 50 = 88; so 70 x 0.4 + (84 + 88) x 0.2 + 20 = 82.
    """
    customer = told(store, (5, 5), (4, 5))
    for days in (40, 20):
        new_order(customer, days_ago(days))
    new_answer(customer, days_ago(1), rating)

    assert of(customer, "referral") == (value, 0 if value > 39 else 2, 100)


def test_who_said_nothing_has_no_readiness(store):
    customer = new_customer(store)
    for days in (40, 20):
        new_order(customer, days_ago(days))

    assert of(customer, "referral") == (None, 3, 0)


def test_early_signs_by_hand(store):
    """Content with the first order, said so in a review: two signs of the two that are known."""
    customer = new_customer(store)
    new_order(customer, days_ago(20))
    assert of(customer, "early_value") == (None, 3, 0)

    new_review(customer, days_ago(10), 5)
    assert of(customer, "early_value") == (2, 1, 40)


def test_what_is_said_of_a_later_order_is_no_early_sign(store):
    customer = new_customer(store)
    new_order(customer, days_ago(20))
    new_order(customer, days_ago(15))
    new_answer(customer, days_ago(10), 100.0, measure="csat", topic="purchase")

    assert of(customer, "early_value") == (None, 3, 0)
