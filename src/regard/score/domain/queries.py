"""Scores as people and programs see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef

from regard.core.models import Store
from regard.score.domain.health import Contribution, contributions_of
from regard.score.domain.rhythm import expected_gap
from regard.score.domain.sentences import INPUT_LABELS, PILLAR_LABELS, UNKNOWN, Known, sentence_of
from regard.score.domain.strategies import INTERVENE_BELOW, Strategy, strategy_for
from regard.score.domain.weights import PRESENT, VERSIONS, Weights
from regard.score.models import CustomerFeatures, HealthBand, PurchaseRhythm, Score, ScoreChange, ScoreRun

CHANGES_SHOWN = 100
NOT_ENOUGH = ":not_enough_data"  # how the band of every score ends that too little is known for


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
class Unknown:
    """An input that is not known, and what would make it so."""

    pillar: str
    pillar_label: str
    input: str
    label: str
    sentence: str


@dataclass(frozen=True)
class HealthPoint:
    """The health after a move; value: 0 to 100, None where not enough was known."""

    at: datetime
    value: float | None
    band: str
    band_label: str


@dataclass(frozen=True)
class HealthView:
    """A customer's health with its reasons, the weightiest first, and its moves, the oldest first.

    coverage: percent of the pillars' weights of which anything is known; under 50 the band is "not enough data"
    and there is no value. pillars_known, pillars_unknown: their labels. computed_at: when it was last looked at;
    it may hold for longer. unknown: inputs in whose place the known ones count for more. strategy: what to do
    about it; needs_intervention: whether the customer is on the intervention list.
    """

    value: float | None
    band: str
    band_label: str
    coverage: int
    pillars_known: tuple[str, ...]
    pillars_unknown: tuple[str, ...]
    computed_at: datetime
    weights_version: int
    reasons: tuple[Reason, ...]
    unknown: tuple[Unknown, ...]
    changes: tuple[HealthPoint, ...]
    strategy: Strategy | None
    needs_intervention: bool


def health_for_viewer(store: Store, customer_id: int) -> HealthView | None:
    """The health of a customer in the reader's language; None while nothing is known. Five queries at most."""
    score = _health(store).filter(subject_id=customer_id).first()
    if score is None:
        return None
    known = known_facts_of(store, customer_id)
    changes = ScoreChange.objects.filter(
        store=store, name="health", subject_type="customer", subject_id=customer_id
    ).order_by("-changed_at", "-id")[:CHANGES_SHOWN]
    known_labels, unknown_labels = _pillars(score)
    return HealthView(
        value=known_value(score),
        band=score.band,
        band_label=score.band_label,
        coverage=score.coverage,
        pillars_known=known_labels,
        pillars_unknown=unknown_labels,
        computed_at=max(score.computed_at, known.at) if known else score.computed_at,
        weights_version=score.weights_version,
        reasons=_reasons(score, known) if known else (),
        unknown=_unknown(score),
        changes=tuple(point_of(change) for change in reversed(changes)),
        strategy=strategy_for(HealthBand(score.band), last_nps=known.features.last_nps if known else None),
        needs_intervention=_needs_intervention(score),
    )


def known_value(score: Score | ScoreChange) -> float | None:
    """0 to 100; None where not enough is known, since what one pillar alone gives is no score to act on."""
    return _enough(score.value, score.band)


def known_before(change: ScoreChange) -> float | None:
    """The same of what it moved from; None too where there was no score."""
    return _enough(change.value_before, change.band_before)


def _enough(value: Decimal | None, band: str | None) -> float | None:
    return None if value is None or band is None or band.endswith(NOT_ENOUGH) else float(value)


def _needs_intervention(score: Score) -> bool:
    value = known_value(score)
    return value is not None and value < INTERVENE_BELOW


def last_score_run(store: Store) -> ScoreRun | None:
    """The last time that all customers were scored. One query."""
    return ScoreRun.objects.filter(store=store).order_by("-started_at").first()


def known_facts_of(store: Store, customer_id: int) -> Known | None:
    """What sentences are made of; None for a score that is older than its features, and yet to be computed again.
    Three queries."""
    features = CustomerFeatures.objects.filter(store=store, customer_id=customer_id).first()
    if features is None:
        return None
    run = last_score_run(store)
    at = features.computed_at if run is None else max(features.computed_at, run.started_at)
    rhythm = PurchaseRhythm.objects.filter(store=store).first() or PurchaseRhythm()
    return Known(features, at, expected_gap(rhythm))


def scores_of(store: Store, customer_ids: Iterable[int]) -> dict[int, Score]:
    """The health of each of these customers that has one, without its reasons. One query."""
    rows = _health(store).filter(subject_id__in=list(customer_ids))
    return {score.subject_id: score for score in rows.defer("input_values")}


def named_scores_of(store: Store, name: str, customer_ids: Iterable[int]) -> list[Score]:
    """The score of this name of each of these customers that has one, without its reasons. One query."""
    rows = Score.objects.filter(
        store=store, name=name, subject_type="customer", subject_id__in=list(customer_ids)
    )
    return list(rows.defer("input_values"))


def scores_moved(
    store: Store, customer_ids: Iterable[int], *, since: datetime
) -> list[tuple[Score, float | None]]:
    """The health of each of these customers that has one, and what it was at `since`. One query.

    None where it was not known then, or too little of it.
    """
    earlier = ScoreChange.objects.filter(
        store=store,
        name="health",
        subject_type="customer",
        subject_id=OuterRef("subject_id"),
        changed_at__lte=since,
    ).order_by("-changed_at", "-id")
    rows = _health(store).filter(subject_id__in=list(customer_ids)).defer("input_values")
    rows = rows.annotate(before=earlier.values("value")[:1], band_before=earlier.values("band")[:1])
    return [(score, _enough(score.before, score.band_before)) for score in rows]


def _health(store: Store) -> Any:
    return Score.objects.filter(store=store, name="health", subject_type="customer")


def _weights(score: Score) -> Weights:
    return VERSIONS.get(score.weights_version, PRESENT)


def _pillars(score: Score) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of the pillars of which anything is known, and of the others."""
    weights = _weights(score)
    known = {
        pillar
        for pillar, value in zip(weights.pillar_of, score.input_values or (), strict=False)
        if value is not None
    }
    labels = {pillar.name: str(PILLAR_LABELS[pillar.name]) for pillar in weights.pillars}
    return (
        tuple(label for name, label in labels.items() if name in known),
        tuple(label for name, label in labels.items() if name not in known),
    )


def _reasons(score: Score, known: Known) -> tuple[Reason, ...]:
    if not score.input_values:
        return ()
    return reasons_of(contributions_of(score.input_values, _weights(score)), known)


def reasons_of(parts: Iterable[Contribution], known: Known) -> tuple[Reason, ...]:
    """What each input adds, in the reader's language, the weightiest first."""
    return tuple(sorted((_reason(part, known) for part in parts), key=lambda reason: -reason.weight))


def _reason(part: Contribution, known: Known) -> Reason:
    return Reason(
        pillar=part.pillar,
        pillar_label=str(PILLAR_LABELS[part.pillar]),
        input=part.input,
        label=str(INPUT_LABELS[part.input]),
        value=part.value,
        weight=part.weight,
        points=part.value * part.weight,
        sentence=sentence_of(part.input, part.value, known),
    )


def _unknown(score: Score) -> tuple[Unknown, ...]:
    weights = _weights(score)
    if not score.input_values:
        return ()
    return tuple(
        Unknown(pillar, str(PILLAR_LABELS[pillar]), name, str(INPUT_LABELS[name]), str(UNKNOWN[name]))
        for pillar, name, value in zip(weights.pillar_of, weights.inputs, score.input_values, strict=True)
        if value is None
    )


def point_of(change: ScoreChange) -> HealthPoint:
    return HealthPoint(change.changed_at, known_value(change), change.band, change.band_label)
