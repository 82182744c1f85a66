"""Scores as people and programs see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regard.core.models import Store
from regard.score.domain.sentences import INPUT_LABELS, PILLAR_LABELS, sentence_of
from regard.score.models import Score, ScoreChange

CHANGES_SHOWN = 100


@dataclass(frozen=True)
class Reason:
    """One input of a score; value: 0 to 100; weight: share of the whole; points: what it adds."""

    pillar: str
    pillar_label: str
    input: str
    label: str
    value: float
    weight: float
    points: float
    sentence: str


@dataclass(frozen=True)
class HealthPoint:
    """The health after a move; value: 0 to 100, None where nothing was known."""

    at: datetime
    value: float | None
    band: str
    band_label: str


@dataclass(frozen=True)
class HealthView:
    """A customer's health with its reasons, the weightiest first, and its moves, the oldest first.

    coverage: percent of the pillars' weights that is known; under 50 the band is "not enough data".
    """

    value: float | None
    band: str
    band_label: str
    coverage: int
    computed_at: datetime
    reasons: tuple[Reason, ...]
    changes: tuple[HealthPoint, ...]


def health_for_viewer(store: Store, customer_id: int) -> HealthView | None:
    """The health of a customer in the reader's language; None while nothing is known. Two queries at most."""
    score = _health(store).filter(subject_id=customer_id).first()
    if score is None:
        return None
    changes = ScoreChange.objects.filter(
        store=store, name="health", subject_type="customer", subject_id=customer_id
    ).order_by("-id")[:CHANGES_SHOWN]
    return HealthView(
        value=None if score.value is None else float(score.value),
        band=score.band,
        band_label=score.get_band_display(),
        coverage=score.coverage,
        computed_at=score.computed_at,
        reasons=_reasons(score),
        changes=tuple(_point(change) for change in reversed(changes)),
    )


def scores_of(store: Store, customer_ids: Iterable[int]) -> dict[int, Score]:
    """The health of each of these customers that has one, without its reasons. One query."""
    rows = _health(store).filter(subject_id__in=list(customer_ids))
    return {score.subject_id: score for score in rows.defer("contributions", "inputs")}


def _health(store: Store) -> Any:
    return Score.objects.filter(store=store, name="health", subject_type="customer")


def _reasons(score: Score) -> tuple[Reason, ...]:
    reasons = [_reason(part, score.inputs) for part in score.contributions]
    return tuple(sorted(reasons, key=lambda reason: -reason.weight))


def _reason(part: dict[str, Any], known: dict[str, Any]) -> Reason:
    return Reason(
        pillar=part["pillar"],
        pillar_label=str(PILLAR_LABELS[part["pillar"]]),
        input=part["input"],
        label=str(INPUT_LABELS[part["input"]]),
        value=part["value"],
        weight=part["weight"],
        points=part["value"] * part["weight"],
        sentence=sentence_of(part["input"], part["value"], known),
    )


def _point(change: ScoreChange) -> HealthPoint:
    value = None if change.value is None else float(change.value)
    return HealthPoint(change.changed_at, value, change.band, change.get_band_display())
