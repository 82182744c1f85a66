"""What is worked out of figures: changes, verdicts, intervals."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

from regard.measure.domain.metric import Metric

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
Verdict = Literal["better", "worse", "same"]


def rounded_figure(metric: Metric, value: float | None) -> float | None:
    """Money in whole minor units and points whole; others to four decimals, beyond what anybody reads."""
    if value is None:
        return None
    return float(math.floor(value + 0.5)) if metric.unit in {"money", "points"} else round(value, 4)


def percent_change(value: float | None, previous: float | None) -> float | None:
    """(current − previous) ÷ abs(previous) × 100, one decimal; None where there is nothing to compare with."""
    if value is None or previous is None or previous == 0:
        return None
    return round((value - previous) / abs(previous) * 100, 1) + 0.0  # of −0.0 it makes 0.0


def points_change(value: float | None, previous: float | None) -> float | None:
    return None if value is None or previous is None else round(value - previous, 4)


def verdict(metric: Metric, value: float | None, previous: float | None) -> Verdict | None:
    """Whether the change is for the better, by the direction that is good."""
    if value is None or previous is None or metric.direction == "none":
        return None
    if value == previous:
        return "same"
    return "better" if (value > previous) == (metric.direction == "up") else "worse"


def share_interval(percent: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, in percent (E. B. Wilson, 1927)."""
    share = percent / 100
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    reach = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach)


def change_interval(before: float, n_before: int, after: float, n_after: int) -> tuple[float, float]:
    """Of the difference of two independent shares, after less before, in percentage points (R. G. Newcombe, 1998,
    method 10: made of Wilson's intervals of both).
    """
    low, high = share_interval(before, n_before)
    new_low, new_high = share_interval(after, n_after)
    change = after - before
    return (
        change - math.hypot(after - new_low, high - before),
        change + math.hypot(new_high - after, before - low),
    )


def mean_interval(mean: float, deviation: float | None, n: int) -> tuple[float | None, float | None]:
    """By the normal distribution; deviation: the sample's. None for a single observation."""
    if n < 2 or deviation is None or math.isnan(deviation):
        return None, None
    reach = Z * deviation / math.sqrt(n)
    return mean - reach, mean + reach
