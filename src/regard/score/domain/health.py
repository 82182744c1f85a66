"""The health score: three pillars of a customer's relationship with the store, 0 to 100, high is good.

What is not known is left out and the rest is rescaled. One formula serves one customer and a million: inputs are
a matrix with a row a customer and a column an input, where NaN is "not known".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from regard.score.domain.columns import Numbers
from regard.score.domain.features import Features
from regard.score.domain.inputs import inputs_of
from regard.score.domain.kinds import LEAST_COVERAGE, Scored, ScoreKind, bands_by_bounds
from regard.score.domain.parts import Part
from regard.score.domain.sentences import INPUT_LABELS, UNKNOWN, Known, sentence_of
from regard.score.domain.views import View
from regard.score.domain.weights import PRESENT, VERSIONS, Weights
from regard.score.models.score import HealthBand

BANDS = tuple(HealthBand)  # the best first; "not enough data" is the last
LEAST_VALUES = (80, 60, 40, 20, 0)  # of the bands, in their order: 79.5 is healthy, 80 thriving
NOT_ENOUGH = BANDS.index(HealthBand.NOT_ENOUGH_DATA)


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


def healths_of(inputs: Numbers, weights: Weights = PRESENT) -> Scored:
    """The health that the known inputs give.

    inputs: shape (customers, inputs), each 0 to 100, in the order of the weights. A pillar counts as present when
    any of its inputs is known, and coverage is the sum of the weights of the pillars present. Under half of it
    there is no band, but what is known still has a value.
    """
    shares, coverage = _shares(~np.isnan(inputs), weights)
    value = (np.nan_to_num(inputs) * shares).sum(axis=1)
    # Rounded first, so that the band is always that of the value people see.
    value = np.where(coverage > 0, np.round(value, 2), np.nan)
    band = np.where(coverage < LEAST_COVERAGE, NOT_ENOUGH, bands_by_bounds(value, LEAST_VALUES))
    return Scored(value, band.astype(np.int16), coverage.astype(np.int16), inputs, weights.version)


def _shares(known: NDArray[np.bool_], weights: Weights) -> tuple[Numbers, Numbers]:
    """Each input's share of the whole (the shares of a row add up to 1), and the coverage in percent."""
    weighty = known * weights.of_inputs
    in_pillar = np.add.reduceat(weighty, weights.starts, axis=1)
    of_pillar = (in_pillar > 0) * weights.of_pillars
    coverage = of_pillar.sum(axis=1)
    scale = of_pillar / np.maximum(in_pillar, 1) / np.maximum(coverage, 1)[:, None]
    sizes = np.diff([*weights.starts, len(weights.inputs)])
    return weighty * np.repeat(scale, sizes, axis=1), coverage


def contributions_of(values: Sequence[float | None], weights: Weights = PRESENT) -> tuple[Contribution, ...]:
    """What each known input of one score adds; values: in the order of the weights, None where not known."""
    known = np.array([[value is not None for value in values]])
    shares = _shares(known, weights)[0][0]
    return tuple(
        Contribution(pillar, name, value, float(share))
        for pillar, name, value, share in zip(weights.pillar_of, weights.inputs, values, shares, strict=True)
        if value is not None
    )


def health_of(inputs: Mapping[str, float], weights: Weights = PRESENT) -> Health:
    """The health of one customer; an unknown input is absent."""
    row = np.array([[inputs.get(name, np.nan) for name in weights.inputs]])
    return health_at(healths_of(row, weights), 0)


def health_at(healths: Scored, row: int) -> Health:
    """One row of the columns, with its reasons."""
    value = float(healths.value[row])
    return Health(
        value=None if np.isnan(value) else value,
        band=BANDS[healths.band[row]],
        coverage=int(healths.coverage[row]),
        contributions=contributions_of(known_values(healths.inputs[row]), VERSIONS[healths.version]),
    )


def known_values(inputs: Numbers) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in inputs]


def health_in_columns(features: Features, view: View, _others: Mapping[str, Scored]) -> Scored:
    """The health of these customers."""
    return healths_of(inputs_of(features, as_of=view.as_of, expected=view.expected))


def explain_health(
    values: Sequence[float | None], _weights: Mapping[str, float], known: Known
) -> Iterator[Part]:
    """A part for each input; the weights of those known are rescaled to a whole."""
    for part in contributions_of(values):
        points, words = part.value * part.weight, sentence_of(part.input, part.value, known)
        yield Part(part.input, str(INPUT_LABELS[part.input]), part.value, part.weight, points, words)
    for name, value in zip(PRESENT.inputs, values, strict=True):
        if value is None:
            yield Part(name, str(INPUT_LABELS[name]), None, 0.0, 0.0, str(UNKNOWN[name]))


HEALTH = ScoreKind(
    name="health",
    label=_("Health"),
    bands=HealthBand,
    tones={
        HealthBand.THRIVING: "good", HealthBand.HEALTHY: "good", HealthBand.AT_RISK: "warning",
        HealthBand.CRITICAL: "bad", HealthBand.LOST: "bad",
    },
    columns=health_in_columns,
    inputs=PRESENT.inputs,
    explain=explain_health,
    has_panel=True,
    tells_unknown=True,
    how=_("Satisfaction 40 %, behaviour 35 %, economy 25 %, each of 0 to 100; what is not known is left out."),
)  # fmt: skip
