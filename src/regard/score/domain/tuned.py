"""Weights of scores that a store has chosen itself: versioned, so that each score tells what it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from regard.core.models import Store
from regard.score.models import ScoreWeights

FIRST = 1  # the version that Regard comes with; a store's own follow


@dataclass(frozen=True)
class TunedWeights:
    """In percent, by input."""

    version: int
    weights: Mapping[str, float]


def tuned_weights(store: Store, *, as_of: datetime | None = None) -> dict[str, TunedWeights]:
    """The weights in use, by score, of those that the store has changed. One query.

    as_of: those in use at a moment gone by.
    """
    rows = ScoreWeights.objects.filter(store=store).order_by("version")
    if as_of is not None:
        rows = rows.filter(changed_at__lte=as_of)
    return {row.name: TunedWeights(row.version, row.weights) for row in rows}  # the last of each stays


def weights_by_version(store: Store) -> dict[tuple[str, int], Mapping[str, float]]:
    """The weights that the store has used so far, by score and version, without those that Regard comes with."""
    return {(row.name, row.version): row.weights for row in ScoreWeights.objects.filter(store=store)}
