"""The health score: three pillars of a customer's relationship with the store, 0 to 100, high is good.

Pillars and their weights are given by the product's specification (scoring, section 3); the weights inside a
pillar are proposals of the same place. What is not known is left out and the rest is rescaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regard.score.models.score import HealthBand


@dataclass(frozen=True)
class Pillar:
    """A side of the relationship; weights in percent, those of the inputs within the pillar."""

    name: str
    weight: int
    inputs: Mapping[str, int]


PILLARS = (
    Pillar(
        "satisfaction",
        40,
        {"nps": 50, "satisfaction_direction": 15, "issue_resolution": 20, "product_satisfaction": 15},
    ),
    Pillar(
        "behaviour",
        35,
        {"purchase_frequency": 40, "message_engagement": 30, "site_use": 20, "social_engagement": 10},
    ),
    Pillar(
        "economy",
        25,
        {"order_value_trend": 35, "payment_behaviour": 15, "price_acceptance": 20, "lifetime_value_path": 30},
    ),
)
LEAST_COVERAGE = 50  # percent
BANDS = (
    (80, HealthBand.THRIVING),
    (60, HealthBand.HEALTHY),
    (40, HealthBand.AT_RISK),
    (20, HealthBand.CRITICAL),
    (0, HealthBand.LOST),
)


@dataclass(frozen=True)
class Contribution:
    """What one input adds: value (0 to 100) x weight (share of the whole, after rescaling)."""

    pillar: str
    input: str
    value: float
    weight: float


@dataclass(frozen=True)
class Health:
    """value: 0 to 100 with two decimals, None when nothing is known; coverage: percent."""

    value: float | None
    band: HealthBand
    coverage: int
    contributions: tuple[Contribution, ...]


def health_of(inputs: Mapping[str, float]) -> Health:
    """The health that the known inputs give; each is 0 to 100, an unknown one is absent.

    A pillar counts as present when any of its inputs is known, and coverage is the sum of the weights of the
    pillars present. Under half of it there is no band, but what is known still has a value.
    """
    known = [pillar for pillar in PILLARS if pillar.inputs.keys() & inputs.keys()]
    coverage = sum(pillar.weight for pillar in known)
    parts = tuple(part for pillar in known for part in _contributions(pillar, inputs, coverage))
    if not parts:
        return Health(None, HealthBand.NOT_ENOUGH_DATA, 0, ())
    # Rounded first, so that the band is always that of the value people see.
    value = round(sum(part.value * part.weight for part in parts), 2)
    return Health(value, _band_of(value, coverage), coverage, parts)


def _contributions(pillar: Pillar, inputs: Mapping[str, float], coverage: int) -> list[Contribution]:
    known = {name: weight for name, weight in pillar.inputs.items() if name in inputs}
    share = pillar.weight / coverage / sum(known.values())
    return [
        Contribution(pillar.name, name, round(inputs[name], 4), weight * share)
        for name, weight in known.items()
    ]


def _band_of(value: float, coverage: int) -> HealthBand:
    """Bands are half-open: 79.5 is healthy, 80 thriving."""
    if coverage < LEAST_COVERAGE:
        return HealthBand.NOT_ENOUGH_DATA
    return next(band for least, band in BANDS if value >= least)
