"""The churn risk of a customer as people see it: the one in use, why, and how it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.churn.inputs import INPUTS
from regard.predict.domain.churn.keeping import seen_now
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.logistic import points_of
from regard.predict.models import ChurnRisk, ChurnRiskChange, FittedModel
from regard.score.domain.churn.risk import ROUTED_ABOVE, churn_of
from regard.score.domain.columns import Numbers

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
    """Percent. learned: by the model, base and the contributions added up; weighted: by the indicators, None where
    they know nothing. contributions: the weightiest first. changes: the last hundred, the oldest first."""

    learned: float
    weighted: float | None
    base: float
    days: int
    model: FittedModel
    contributions: tuple[Contribution, ...]
    changes: tuple[RiskPoint, ...]

    @property
    def is_flagged(self) -> bool:
        return self.learned > ROUTED_ABOVE


def churn_for_viewer(store: Store, customer_id: int) -> CustomerRisk | None:
    """By the parameters of the model in use, as things are now; None where none is, or nothing was bought."""
    found = churn_model_in_use(store)
    if found is None:
        return None
    kept, model = found
    seen = seen_now(store, np.array([customer_id], np.int64), now=clock.now())
    if not len(seen.customers):
        return None
    weighted = float(churn_of(seen.features, seen.as_of).value[0])
    added = model.added(seen)
    return CustomerRisk(
        learned=float(100 * model.risks(seen)[0]),
        weighted=None if np.isnan(weighted) else weighted,
        base=100 * model.base,
        days=model.days,
        model=kept,
        contributions=_contributions(model.names, model.values(seen)[0], points_of(model, added)[0]),
        changes=_changes(store, customer_id),
    )


def _contributions(names: Sequence[str], values: Numbers, points: Numbers) -> tuple[Contribution, ...]:
    found = [
        Contribution(name, _(INPUTS[name].label), None if np.isnan(value) else float(value), float(added))
        for name, value, added in zip(names, values, points, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.points)))


def _changes(store: Store, customer_id: int) -> tuple[RiskPoint, ...]:
    changes = ChurnRiskChange.objects.filter(store=store, customer_id=customer_id)
    newest = changes.order_by("-predicted_at", "-id")[:MOST_CHANGES]
    return tuple(RiskPoint(change.predicted_at, float(change.value)) for change in reversed(newest))


def risks_of(store: Store, customer_ids: Sequence[int]) -> Mapping[int, float]:
    """The kept risks of these customers, in percent. One query."""
    kept = ChurnRisk.objects.filter(store=store, customer_id__in=customer_ids)
    return {row: float(value) for row, value in kept.values_list("customer_id", "value")}
