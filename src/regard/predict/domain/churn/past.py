"""The learned risk that was told of a customer at a moment gone by: as it was kept, by the model in use then.

It is not computed anew. Moves by less than five points were not kept, so it is what was last worth telling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regard.core.models import Store
from regard.predict.models import ChurnRiskChange


@dataclass(frozen=True)
class ToldRisk:
    """value: percent; at: when it was told; model_id: of the FittedModel that was in use."""

    value: float
    at: datetime
    model_id: int


def churn_told_by(store: Store, customer_id: int, *, as_of: datetime) -> ToldRisk | None:
    """The last risk told by then; None where none is kept, or none was told any more. One query."""
    told = ChurnRiskChange.objects.filter(store=store, customer_id=customer_id, predicted_at__lte=as_of)
    last = told.order_by("-predicted_at", "-id").first()
    if last is None or last.value is None:
        return None
    return ToldRisk(float(last.value), last.predicted_at, last.model_id)
