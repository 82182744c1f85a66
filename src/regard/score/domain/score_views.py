"""All scores of a customer, or of another subject, as people and programs see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Window
from django.db.models.functions import RowNumber

from regard.core.models import Store
from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.parts import Part
from regard.score.domain.queries import CHANGES_SHOWN, HealthPoint, known_facts_of, known_value, point_of
from regard.score.domain.rules.kinds import RuleKind, rule_kinds
from regard.score.domain.sentences import Known
from regard.score.domain.tuned import weights_by_version
from regard.score.models import Score, ScoreChange


@dataclass(frozen=True)
class ScoreView:
    """A score in the reader's language.

    value: 0 to `most`, None where not enough is known; tone: "good", "warning", "bad" or ""; coverage: percent;
    parts: what it is made of, the weightiest first; unknown: what is not known; changes: the last hundred, the
    oldest first; in_points: each part is as long as the points that it adds or takes.
    """

    name: str
    label: str
    how: str
    value: float | None
    most: int
    high_is_good: bool
    band: str
    band_label: str
    tone: str
    coverage: int
    weights_version: int
    computed_at: datetime
    parts: tuple[Part, ...]
    unknown: tuple[Part, ...]
    changes: tuple[HealthPoint, ...]
    in_points: bool = False


def scores_for_viewer(store: Store, customer_id: int) -> list[ScoreView]:
    """Every score of the customer of which anything is known, in the order of the registry. Six queries."""
    rows = {
        row.name: row
        for row in Score.objects.filter(store=store, subject_type="customer", subject_id=customer_id)
    }
    if not rows:
        return []
    changes, known = _changes(store, "customer", customer_id), known_facts_of(store, customer_id)
    chosen = weights_by_version(store)
    return [
        view_of(kind, rows[kind.name], changes[kind.name], parts_of(kind, rows[kind.name], known, chosen))
        for kind in score_kinds
        if kind.name in rows
    ] + _rule_views("customer", rows, changes)


def scores_of_subject(store: Store, subject: str, subject_id: int) -> list[ScoreView]:
    """Every score of something that is no customer, such as a shipment. Two queries."""
    mine = Score.objects.filter(store=store, subject_type=subject, subject_id=subject_id)
    rows = {row.name: row for row in mine}
    return _rule_views(subject, rows, _changes(store, subject, subject_id)) if rows else []


def rule_scores_of(store: Store, kind: RuleKind, subject_ids: Collection[int]) -> dict[int, ScoreView]:
    """A score by rule of several subjects, by their id, without its history. One query."""
    mine = Score.objects.filter(
        store=store, name=kind.name, subject_type=kind.subject, subject_id__in=list(subject_ids)
    )
    return {row.subject_id: view_of(kind, row, [], kind.parts(_figures(row))) for row in mine}


def _figures(score: Score) -> list[float]:
    return [value or 0.0 for value in score.input_values]


def _rule_views(
    subject: str, rows: Mapping[str, Score], changes: Mapping[str, list[HealthPoint]]
) -> list[ScoreView]:
    return [
        view_of(kind, row, changes[kind.name], kind.parts(figures))
        for kind in rule_kinds
        if kind.subject == subject
        and (row := rows.get(kind.name))
        and len(figures := _figures(row)) == len(kind.inputs)
    ]


def _changes(store: Store, subject: str, subject_id: int) -> Mapping[str, list[HealthPoint]]:
    """By score, the oldest first."""
    found: dict[str, list[HealthPoint]] = defaultdict(list)
    mine = ScoreChange.objects.filter(store=store, subject_type=subject, subject_id=subject_id)
    place = Window(RowNumber(), partition_by="name", order_by=["-changed_at", "-id"])
    latest = mine.annotate(place=place).filter(place__lte=CHANGES_SHOWN)
    for change in latest.order_by("-changed_at", "-id"):
        found[change.name].insert(0, point_of(change))
    return found


def view_of(
    kind: ScoreKind | RuleKind, score: Score, changes: Sequence[HealthPoint], parts: Sequence[Part]
) -> ScoreView:
    """The score with its parts, as people and programs see it."""
    return ScoreView(
        name=kind.name,
        label=str(kind.label),
        how=str(kind.how),
        value=known_value(score),
        most=kind.most,
        high_is_good=kind.high_is_good,
        band=score.band,
        band_label=score.band_label,
        tone=kind.tones.get(score.band, ""),
        coverage=score.coverage,
        weights_version=score.weights_version,
        computed_at=score.computed_at,
        parts=tuple(
            sorted((part for part in parts if part.value is not None), key=lambda part: -part.weight)
        ),
        unknown=tuple(part for part in parts if part.value is None),
        changes=tuple(changes),
        in_points=isinstance(kind, RuleKind),
    )


def parts_of(
    kind: ScoreKind, score: Score, known: Known | None, chosen: Mapping[tuple[str, int], Mapping[str, float]]
) -> list[Part]:
    """What it is made of; nothing of one that is older than its features, and yet to be computed again."""
    if known is None or len(score.input_values) != len(kind.inputs):
        return []
    used = chosen.get((kind.name, score.weights_version), kind.weights)
    weights = {name: used[name] for name in kind.weights}  # JSON is kept in an order of its own
    return list(kind.explain(score.input_values, weights, known))
