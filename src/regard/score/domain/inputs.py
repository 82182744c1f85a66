"""From what is known about customers to the inputs of the health score, each 0 to 100.

The formulas are explained in docs/scores.md; those marked there as proposals are ours.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from regard.score.domain.columns import Column, Numbers, days_between
from regard.score.domain.features import Features
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.weights import PRESENT, Weights

SHORTEST_GAP_DAYS = 7.0  # proposal: an order split in two within an hour sets no hourly rhythm
ORDERS_FOR_PAYMENT = 2  # proposal: of one order, that nothing went wrong says little


def inputs_of(
    features: Features, *, as_of: datetime, expected: ExpectedGap, weights: Weights = PRESENT
) -> Numbers:
    """The inputs, shape (customers, inputs) in the order of the weights; NaN: not known.

    expected: the gap between orders, for customers without a rhythm of their own.
    """
    known = {
        "nps": features.nps_mean,
        "satisfaction_direction": direction_score(features.direction_previous, features.direction_last),
        "issue_resolution": features.support_mean,
        "product_satisfaction": features.product_mean,
        "purchase_frequency": _purchase_frequency(features, as_of, expected),
        "order_value_trend": value_trend_score(
            features.last_total_minor,
            np.where(features.earlier_mean_minor > 0, features.earlier_mean_minor, np.nan),
        ),
        "payment_behaviour": payment_score(
            features.troubled_orders, features.orders + features.cancelled_orders
        ),
    }
    inputs = np.full((len(features.customer_id), len(weights.inputs)), np.nan)
    for name, column in known.items():
        inputs[:, weights.inputs.index(name)] = column
    rounded: Numbers = np.round(np.clip(inputs, 0, 100), 4)
    return rounded


def _purchase_frequency(features: Features, as_of: datetime, expected: ExpectedGap) -> Numbers:
    own = features.own_gap_days
    gap = np.maximum(np.where(np.isnan(own), expected.days, own), SHORTEST_GAP_DAYS)
    return frequency_score(days_between(features.last_ordered_at, moment(as_of)), gap)


def direction_score(previous: Numbers, last: Numbers) -> Numbers:
    """100 when the last statement is better than the one before, 0 when worse; when equal, what it says itself.

    So whoever is unhappy again never counts for it as half content, nor who is delighted again as half unhappy.
    """
    return np.where(last == previous, last, 50 + 50 * np.sign(last - previous))


def frequency_score(since_days: Numbers, expected_days: Numbers) -> Numbers:
    """100 until an order is due, then falling evenly to 0 at twice the expected gap."""
    return np.clip(100 * (2 - since_days / expected_days), 0, 100)


def value_trend_score(last: Numbers, earlier_mean: Numbers) -> Numbers:
    """75 when the last order equals the mean of the earlier ones, a point more for every percent above."""
    return np.clip(75 + 100 * (last / earlier_mean - 1), 0, 100)


def payment_score(troubled: Column, placed: Column) -> Numbers:
    """The share of the orders placed that were neither called off nor refunded; from two orders on."""
    share = 1 - troubled / np.maximum(placed, 1)
    return np.where(placed >= ORDERS_FOR_PAYMENT, 100 * share, np.nan)


def _positive(amounts: Numbers) -> Numbers:
    return np.where(amounts > 0, amounts, np.nan)


def moment(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
