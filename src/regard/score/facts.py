"""What the score room tells the log."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class HealthChanged(Fact, frozen=True, kw_only=True):
    """A customer's health has moved into another band; values are 0 to 100, None where nothing is known."""

    customer_id: int
    band: str
    previous_band: str
    value: float | None
    previous_value: float | None
    coverage: int


@fact
class ScoreChanged(Fact, frozen=True, kw_only=True):
    """Another score of a customer has moved into another band; values on the score's scale, None where unknown."""

    score: str
    customer_id: int
    band: str
    previous_band: str
    value: float | None
    previous_value: float | None
    coverage: int
