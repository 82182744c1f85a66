"""What a score is: declared once in a file of its own, and kept, explained and shown by the same code as all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import models
from django.utils.functional import Promise

from regard.core.registry import Registry
from regard.score.domain.columns import Column, Numbers
from regard.score.domain.features import Features
from regard.score.domain.parts import Explain
from regard.score.domain.views import View
from regard.score.models.score import scales


@dataclass(frozen=True)
class Scored:
    """Columns of a score, a row a customer.

    value: with two decimals, NaN when nothing is known; band: position in the bands of the score's kind; coverage:
    percent of the weights that is known, 0 for no score at all; inputs: shape (customers, inputs), NaN where not
    known. version: of the weights.
    """

    value: Numbers
    band: Column
    coverage: Column
    inputs: Numbers
    version: int = 1


@dataclass(frozen=True)
class ScoreKind:
    """A score of customers.

    bands: from the first to the last, the last being "not enough data". columns: the score of each customer, from
    what is known of them, a store at a moment, and the scores that were registered before this one. inputs: in the
    order of `Scored.inputs`. weights: of those of them that a store may weigh itself, in percent and together 100;
    none for a score whose formula is fixed. most: the greatest value. high_is_good: whether a rise is welcome.
    how: the formula in words. has_panel: whether a panel of its own tells it on a customer's page.
    tells_unknown: whether it is kept where too little is known for a verdict, to tell what is known.
    """

    name: str
    label: Promise
    bands: type[models.TextChoices]
    tones: Mapping[str, str]
    columns: Callable[[Features, View, Mapping[str, Scored]], Scored]
    inputs: tuple[str, ...]
    explain: Explain
    how: Promise
    weights: Mapping[str, float] = field(default_factory=dict)
    most: int = 100
    high_is_good: bool = True
    has_panel: bool = False
    tells_unknown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.bands.values)

    @property
    def not_enough(self) -> int:
        """Position of the band "not enough data"."""
        return len(self.bands) - 1


LEAST_COVERAGE = 50  # percent; with less there is no verdict

score_kinds: Registry[ScoreKind] = Registry("score")


def register_score(kind: ScoreKind) -> None:
    """Announce a score; what it reads of others must have been registered before."""
    scales.add(kind.name, kind.bands)
    score_kinds.add(kind.name, kind)


def scores_in_columns(features: Features, view: View) -> dict[str, Scored]:
    """Every score of these customers, by name."""
    found: dict[str, Scored] = {}
    for kind in score_kinds:
        found[kind.name] = kind.columns(features, view, found)
    return found


def weighted_mean(inputs: Numbers, weights: Mapping[str, float]) -> tuple[Numbers, Numbers]:
    """The mean of the known inputs by their weights, NaN where none is known, and the coverage in percent.

    inputs: shape (customers, inputs), in the order of the weights, which add up to 100.
    """
    present = ~np.isnan(inputs) * np.array(list(weights.values()), float)
    coverage = present.sum(axis=1)
    total = (np.nan_to_num(inputs) * present).sum(axis=1)
    mean = np.full(len(inputs), np.nan)
    np.divide(total, coverage, out=mean, where=coverage > 0)
    return np.round(mean, 2), coverage


def bands_by_bounds(value: Numbers, least: Sequence[float]) -> Column:
    """The position of the band that each value is in. least: the least value of each band, the first band highest;
    half-open, so that 79.99 is below 80."""
    bounds = np.array(least[::-1], float)
    band: Column = len(least) - np.searchsorted(bounds, value, side="right")
    return band.astype(np.int16)
