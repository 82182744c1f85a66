"""What counts how much in the health score; a score keeps the version of the weights that it was made with.

Pillars and their weights are given by the product's specification (scoring, section 3); the weights inside a
pillar are proposals of the same place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regard.score.domain.columns import Numbers


@dataclass(frozen=True)
class Pillar:
    """A side of the relationship; weights in percent, those of the inputs within the pillar."""

    name: str
    weight: int
    inputs: Mapping[str, int]


@dataclass(frozen=True)
class Weights:
    """Inputs are in the order of the pillars; `input_values` of a score follows it."""

    version: int
    pillars: tuple[Pillar, ...]

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        return tuple(name for pillar in self.pillars for name in pillar.inputs)

    @cached_property
    def of_inputs(self) -> Numbers:
        """Each input's weight inside its pillar."""
        return np.array([float(w) for pillar in self.pillars for w in pillar.inputs.values()])

    @cached_property
    def of_pillars(self) -> Numbers:
        return np.array([float(pillar.weight) for pillar in self.pillars])

    @cached_property
    def starts(self) -> list[int]:
        """Where the inputs of each pillar begin."""
        sizes = [len(pillar.inputs) for pillar in self.pillars]
        return [sum(sizes[:position]) for position in range(len(sizes))]

    @cached_property
    def pillar_of(self) -> tuple[str, ...]:
        return tuple(pillar.name for pillar in self.pillars for _name in pillar.inputs)


_FIRST = Weights(
    1,
    (
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
            {
                "order_value_trend": 35,
                "payment_behaviour": 15,
                "price_acceptance": 20,
                "lifetime_value_path": 30,
            },
        ),
    ),
)
VERSIONS: Mapping[int, Weights] = {_FIRST.version: _FIRST}
PRESENT = _FIRST
