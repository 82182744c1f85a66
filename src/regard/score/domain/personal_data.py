"""What the score room keeps of a person: given out, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.score.domain.band_totals import note_past_changed
from regard.score.domain.rules.naming import kind_named
from regard.score.models import CustomerFeatures, Score, ScoreChange, StaleCustomer

KEPT_TO_COMPARE = {"store_id", "customer_id", "digest", "revision"}


def export_scores(store: Store, customer_id: int) -> dict[str, Any]:
    """Everything that is computed about the customer, as plain values."""
    features = CustomerFeatures.objects.filter(store=store, customer_id=customer_id).values().first()
    scores = Score.objects.filter(store=store, subject_type="customer", subject_id=customer_id)
    changes = ScoreChange.objects.filter(store=store, subject_type="customer", subject_id=customer_id)
    return {
        "features": {
            name: _plain(value) for name, value in (features or {}).items() if name not in KEPT_TO_COMPARE
        },
        "scores": [_score(score) for score in scores.order_by("name")],
        "changes": [
            {
                "score": change.name,
                "value": None if change.value is None else float(change.value),
                "band": change.band,
                "changed_at": change.changed_at.isoformat(),
            }
            for change in changes.order_by("id")
        ],
    }


def erase_scores(store: Store, customer_id: int) -> int:
    """Delete all that is computed about the customer; gives how many rows that were."""
    return _delete(store, [customer_id])


def drop_scores(store: Store, customer_ids: Sequence[int]) -> None:
    """Delete all that was computed about customers of whom nothing is known any more."""
    _delete(store, customer_ids)
    note_past_changed(store)


def _delete(store: Store, customer_ids: Sequence[int]) -> int:
    subjects = {"store": store, "subject_type": "customer", "subject_id__in": customer_ids}
    ours = {"store": store, "customer_id__in": customer_ids}
    deleted = [
        ScoreChange.objects.filter(**subjects).delete()[0],
        Score.objects.filter(**subjects).delete()[0],
        CustomerFeatures.objects.filter(**ours).delete()[0],
        StaleCustomer.objects.filter(**ours).delete()[0],
    ]
    return sum(deleted)


def _score(score: Score) -> dict[str, Any]:
    known = zip(kind_named(score.name).inputs, score.input_values, strict=False)
    return {
        "score": score.name,
        "value": None if score.value is None else float(score.value),
        "band": score.band,
        "coverage": score.coverage,
        "inputs": {name: value for name, value in known if value is not None},
        "computed_at": score.computed_at.isoformat(),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


SCORE_DATA = DataHolder("scores", 50, export_scores, erase_scores, drop=drop_scores)
