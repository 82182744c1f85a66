"""Keeping scores by rule: what is news is written, each move goes into the history, what fades away is removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from regard.core.models import Store
from regard.score.domain.causes import TIME_WENT_BY, Cause
from regard.score.domain.rules.kinds import RuleKind
from regard.score.models import Score, ScoreChange

Figures = Sequence[float]
WRITTEN = ("value", "band", "coverage", "event_id", "history", "input_values", "computed_at")


@dataclass(frozen=True)
class Move:
    """A score that has another value or band now; None and the last band where there is nothing to tell."""

    subject_id: int
    value: float | None
    band: str
    previous_value: float | None
    previous_band: str
    event_id: int | None
    history: bool


def hold_kept(store: Store, kind: RuleKind, subject_ids: Collection[int]) -> dict[int, Score]:
    """What is kept of these subjects, by subject, held until the transaction ends.

    Whoever computes scores calls it before reading the figures: else what another writer told meanwhile is undone.
    """
    mine = Score.objects.filter(store=store, name=kind.name, subject_type=kind.subject)
    held = mine.filter(subject_id__in=list(subject_ids)).order_by("subject_id").select_for_update()
    return {row.subject_id: row for row in held}


def keep_rule_scores(
    store: Store,
    kind: RuleKind,
    known: Mapping[int, Figures],
    *,
    looked_at: Collection[int],
    now: datetime,
    cause: Cause = TIME_WENT_BY,
    causes: Mapping[int, Cause] | None = None,
) -> list[Move]:
    """Keep the scores that these figures give, by subject; gives those that moved. Five statements at the most.

    looked_at: the subjects that were looked at: those without figures have no such score any more. In the caller's
    transaction, which holds the subjects.
    """
    kept = hold_kept(store, kind, looked_at)
    rows, moves = [], []
    for subject_id, figures in sorted(known.items()):
        before, why = kept.get(subject_id), (causes or {}).get(subject_id, cause)
        row = _row(kind, subject_id, figures, why)
        row.store, row.computed_at = store, now
        if before is None or (list(before.input_values), before.band) != (row.input_values, row.band):
            rows.append(row)
            moves += _moves(kind, subject_id, before, row, why)
    gone = [subject_id for subject_id in kept if subject_id not in known]
    for subject_id in gone:
        why = (causes or {}).get(subject_id, cause)
        moves += _moves(kind, subject_id, kept[subject_id], None, why)
    if rows:
        unique = ("store", "name", "subject_type", "subject_id")
        Score.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=WRITTEN)
    if gone:
        Score.objects.filter(
            store=store, name=kind.name, subject_type=kind.subject, subject_id__in=gone
        ).delete()
    _keep_moves(store, kind, moves, now)
    return moves


def forget_scores_of(store: Store, subject: str, subject_ids: Collection[int]) -> None:
    """Forget all that was computed about subjects that are gone, or were made nameless."""
    gone = {"store": store, "subject_type": subject, "subject_id__in": list(subject_ids)}
    ScoreChange.objects.filter(**gone).delete()
    Score.objects.filter(**gone).delete()


def _row(kind: RuleKind, subject_id: int, figures: Figures, cause: Cause) -> Score:
    value = kind.value(figures)
    return Score(
        name=kind.name, subject_type=kind.subject, subject_id=subject_id, value=Decimal(str(value)),
        band=kind.band(value, figures), coverage=100, event_id=cause.event_id, history=cause.history,
        input_values=[float(figure) for figure in figures],
    )  # fmt: skip


def _moves(
    kind: RuleKind, subject_id: int, before: Score | None, after: Score | None, why: Cause
) -> list[Move]:
    """None for a score of which only the figures are other than before."""
    (was, band_before), (value, band) = _said(kind, before), _said(kind, after)
    if (was, band_before) == (value, band):
        return []
    return [Move(subject_id, value, band, was, band_before, why.event_id, why.history)]


def _said(kind: RuleKind, score: Score | None) -> tuple[float | None, str]:
    if score is None or score.value is None:
        return None, kind.names[kind.not_enough]
    return float(score.value), score.band


def _keep_moves(store: Store, kind: RuleKind, moves: Sequence[Move], now: datetime) -> None:
    changes = [
        ScoreChange(
            store=store, name=kind.name, subject_type=kind.subject, subject_id=move.subject_id,
            value=None if move.value is None else Decimal(str(move.value)), band=move.band,
            coverage=0 if move.value is None else 100, event_id=move.event_id, history=move.history,
            changed_at=now,
            value_before=None if move.previous_value is None else Decimal(str(move.previous_value)),
            band_before=None if move.previous_value is None else move.previous_band,
        )
        for move in moves
        if kind.keeps_all_moves or move.band != move.previous_band
    ]  # fmt: skip
    if changes:
        ScoreChange.objects.bulk_create(changes)
