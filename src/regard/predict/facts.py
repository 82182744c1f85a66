"""What the predict room tells the log."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class ChurnRiskCrossed(Fact, frozen=True, kw_only=True):
    """The churn risk of a customer, as the learned model tells it, has come above 70 % or fallen to it or below.

    Values are in percent.
    """

    customer_id: int
    is_above: bool
    value: float
    previous_value: float
