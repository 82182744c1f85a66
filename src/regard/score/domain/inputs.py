"""From what is known about a customer to the inputs of the health score, each 0 to 100.

The formulas are explained in docs/scores.md; those marked there as proposals are ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regard.score.domain.features import Features
from regard.score.domain.rhythm import ExpectedGap

ORDERS_FOR_OWN_RHYTHM = 3
SHORTEST_GAP_DAYS = 7.0  # proposal: an order split in two within an hour sets no hourly rhythm
DIRECTIONS = {1: 100.0, 0: 50.0, -1: 0.0}


def inputs_of(
    features: Features, *, as_of: datetime, expected: ExpectedGap
) -> tuple[dict[str, float], dict[str, Any]]:
    """The inputs that are known, by name, and the plain values that they were made of.

    expected: the gap between orders, for customers without a rhythm of their own.
    """
    inputs: dict[str, float] = {}
    known: dict[str, Any] = {}
    _add_satisfaction(features, inputs, known)
    _add_purchase_frequency(features, inputs, known, as_of, expected)
    _add_order_value_trend(features, inputs, known)
    return inputs, known


def _add_satisfaction(features: Features, inputs: dict[str, float], known: dict[str, Any]) -> None:
    if features.satisfaction is None or features.last_rating is None:
        return
    inputs["product_satisfaction"] = features.satisfaction
    known |= {"answers": features.answers, "last_rating": features.last_rating}
    if features.previous_rating is not None:
        inputs["satisfaction_direction"] = direction_score(features.previous_rating, features.last_rating)
        known["previous_rating"] = features.previous_rating


def _add_purchase_frequency(
    features: Features,
    inputs: dict[str, float],
    known: dict[str, Any],
    as_of: datetime,
    expected: ExpectedGap,
) -> None:
    if features.first_ordered_at is None or features.last_ordered_at is None:
        return
    if features.orders >= ORDERS_FOR_OWN_RHYTHM:
        span = features.last_ordered_at - features.first_ordered_at
        expected = ExpectedGap(span.total_seconds() / 86400 / (features.orders - 1), "own")
    gap_days = max(expected.days, SHORTEST_GAP_DAYS)
    since = (as_of - features.last_ordered_at).total_seconds() / 86400
    inputs["purchase_frequency"] = frequency_score(since, gap_days)
    known |= {
        "orders": features.orders,
        "days_since_order": int(since),
        "expected_gap_days": round(gap_days, 1),
        "gap_basis": expected.basis,
    }


def _add_order_value_trend(features: Features, inputs: dict[str, float], known: dict[str, Any]) -> None:
    if features.last_total is None or features.earlier_mean is None or features.earlier_mean <= 0:
        return
    ratio = features.last_total / features.earlier_mean
    inputs["order_value_trend"] = value_trend_score(ratio)
    known["order_value_ratio"] = round(ratio, 4)


def direction_score(previous: int, last: int) -> float:
    """100 when the last rating is above the one before, 50 when equal, 0 when below."""
    return DIRECTIONS[(last > previous) - (last < previous)]


def frequency_score(since_days: float, expected_days: float) -> float:
    """100 until an order is due, then falling evenly to 0 at twice the expected gap."""
    return min(100.0, max(0.0, 100 * (2 - since_days / expected_days)))


def value_trend_score(ratio: float) -> float:
    """75 when the last order equals the mean of the earlier ones, a point more for every percent above."""
    return min(100.0, max(0.0, 75 + 100 * (ratio - 1)))
