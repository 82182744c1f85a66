"""The churn risk of a customer as people see it: the one in use, why, and how it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.predict.domain.churn.backtest import WINDOW_DAYS
from regard.predict.domain.churn.inputs import INPUTS, Seen
from regard.predict.domain.churn.logistic import ChurnModel, churn_model_of, points_of
from regard.predict.domain.churn.predicting import seen_now
from regard.predict.models import ChurnRisk, ChurnRiskChange, FittedModel
from regard.score.domain.churn.risk import CHURN, ROUTED_ABOVE
from regard.score.domain.queries import known_value, named_scores_of
from regard.score.domain.score_views import scores_for_viewer

Source = Literal["learned", "signs"]
MOST_CHANGES = 100


@dataclass(frozen=True)
class Contribution:
    """One input: what it is of this customer, None where not known, and the points that it adds to the base."""

    input: str
    label: str
    value: float | None
    points: float


@dataclass(frozen=True)
class RiskPoint:
    at: datetime
    value: float


@dataclass(frozen=True)
class CustomerRisk:
    """The risk in use, as it is kept. Percent.

    weighted: by the indicators, None where they know too little. base: what the contributions are added to.
    days: the window. model: None for a risk by signs. contributions: the weightiest first. changes: the last
    hundred, the oldest first.
    """

    value: float
    source: Source
    weighted: float | None
    base: float
    days: int
    model: FittedModel | None
    contributions: tuple[Contribution, ...]
    changes: tuple[RiskPoint, ...]

    @property
    def is_flagged(self) -> bool:
        return self.value > ROUTED_ABOVE


def churn_for_viewer(store: Store, customer_id: int) -> CustomerRisk | None:
    """The risk that the store goes by: the learned one where it is told of the customer, else that by signs; None
    where neither is known."""
    return learned_risk(store, customer_id) or _risk_by_signs(store, customer_id)


def learned_risk(store: Store, customer_id: int) -> CustomerRisk | None:
    """None where no model is in use, or it was not told of the customer yet. Reasons are those of the moment at
    which it was computed, by the facts known of that by now."""
    found = ChurnRisk.objects.select_related("model").filter(store=store, customer_id=customer_id).first()
    if found is None:
        return None
    model = churn_model_of(found.model.parameters)
    seen = seen_now(store, np.array([customer_id], np.int64), now=found.computed_at)
    signs = next(iter(named_scores_of(store, CHURN.name, [customer_id])), None)
    return CustomerRisk(
        value=float(found.value),
        source="learned",
        weighted=known_value(signs) if signs else None,
        base=100 * model.base,
        days=model.days,
        model=found.model,
        contributions=_contributions(model, seen),
        changes=_changes(store, customer_id),
    )


def _contributions(model: ChurnModel, seen: Seen) -> tuple[Contribution, ...]:
    """Of one customer, or of none whose purchases are known no more."""
    points = points_of(model, model.added(seen))
    found = [
        Contribution(name, _(INPUTS[name].label), None if np.isnan(value) else float(value), float(added))
        for values, each in zip(model.values(seen), points, strict=True)
        for name, value, added in zip(model.names, values, each, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.points)))


def _changes(store: Store, customer_id: int) -> tuple[RiskPoint, ...]:
    changes = ChurnRiskChange.objects.filter(store=store, customer_id=customer_id, value__isnull=False)
    newest = changes.order_by("-predicted_at", "-id").values_list("predicted_at", "value")[:MOST_CHANGES]
    return tuple(RiskPoint(at, float(value)) for at, value in reversed(newest) if value is not None)


def _risk_by_signs(store: Store, customer_id: int) -> CustomerRisk | None:
    signs = next((view for view in scores_for_viewer(store, customer_id) if view.name == CHURN.name), None)
    if signs is None or signs.value is None:
        return None
    return CustomerRisk(
        value=signs.value,
        source="signs",
        weighted=signs.value,
        base=0.0,
        days=WINDOW_DAYS,
        model=None,
        contributions=tuple(
            Contribution(part.name, part.label, part.value, part.points)
            for part in (*signs.parts, *signs.unknown)
        ),
        changes=tuple(RiskPoint(each.at, each.value) for each in signs.changes if each.value is not None),
    )


def risks_of(store: Store, customer_ids: Sequence[int]) -> Mapping[int, float]:
    """The kept risks of these customers, in percent. One query."""
    kept = ChurnRisk.objects.filter(store=store, customer_id__in=customer_ids)
    return {row: float(value) for row, value in kept.values_list("customer_id", "value")}
