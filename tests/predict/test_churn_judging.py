from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.predict.domain.churn.judging import auc_of, did_better, judge, precision_at_top

# Ten customers, five of whom left; all figures below are worked by hand.
RISKS = np.array([0.95, 0.85, 0.75, 0.75, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05])
LEFT = np.array([1, 1, 1, 0, 0, 1, 0, 0, 1, 0], bool)


def test_figures_by_hand():
    judged = judge(RISKS, LEFT)

    assert (judged.n, judged.left_share) == (10, 0.5)
    # Pairs of one who left and one who stayed: 0.95 and 0.85 are above all five (10), 0.75 is above four and
    # beside one (4.5), 0.45 above three, 0.15 above one: 18.5 of 25.
    assert judged.auc == pytest.approx(0.74)
    assert judged.riskiest == 1.0  # the first of ten
    # Over 70 %: four, three of whom left; of five who left, three; wrong of one flagged and of two not flagged.
    flagged = judged.flagged
    assert (flagged.n, flagged.precision, flagged.recall, flagged.accuracy) == (4, 0.75, 0.6, 0.7)
    # Squares of: 5, 15, 25, 75, 55, 55, 35, 25, 85, 5 hundredths.
    squares = [25, 225, 625, 5625, 3025, 3025, 1225, 625, 7225, 25]
    assert judged.brier == pytest.approx(sum(squares) / 1e5)
    # Each tenth has one customer, but that from 70 to 80 %, where one of two left; from 60 to 70 % there is none.
    assert [(part.first, part.n, part.happened) for part in judged.parts][-3:] == [
        (70, 2, 0.5), (80, 1, 1.0), (90, 1, 1.0),
    ]  # fmt: skip
    # Distances: 5, 15, twice 25, 55, 55, 35, 25, 85, 5 hundredths.
    assert judged.ece == pytest.approx((5 + 15 + 50 + 55 + 55 + 35 + 25 + 85 + 5) / 1e3)


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2))
def test_the_auc_is_that_of_the_library(rows):
    from sklearn.metrics import roc_auc_score

    risks, left = np.array([row[0] / 6 for row in rows]), np.array([row[1] for row in rows])
    if left.all() or not left.any():
        assert auc_of(risks, left) is None
    else:
        assert auc_of(risks, left) == pytest.approx(roc_auc_score(left, risks))


def test_equal_risks_at_the_edge_count_by_their_mean():
    # Two of ten: one is surely among them, of the other four each may be, and one of these left.
    risks = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    left = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], bool)

    assert precision_at_top(risks, left, share=0.2) == pytest.approx((1 + 0.25) / 2)


def test_nobody_over_the_line_has_no_precision():
    judged = judge(np.array([0.1, 0.2]), np.array([True, False]))

    assert (judged.flagged.n, judged.flagged.precision, judged.flagged.recall) == (0, None, 0.0)


def test_a_model_wins_by_its_order_and_its_nearness():
    weighted = replace(judge(RISKS, LEFT), auc=0.70, brier=0.20)

    assert did_better(replace(weighted, auc=0.71, brier=0.19), weighted)
    assert not did_better(replace(weighted, auc=0.705, brier=0.10), weighted)
    assert not did_better(replace(weighted, auc=0.80, brier=0.20), weighted)
    assert not did_better(replace(weighted, auc=None), weighted)


def test_nobody_cannot_be_judged_by():
    with pytest.raises(ValueError, match="nobody"):
        judge(np.array([]), np.array([], bool))
