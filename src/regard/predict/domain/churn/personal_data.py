"""What the predict room keeps of a person: given out, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.predict.models import ChurnRisk, ChurnRiskChange


def export_predictions(store: Store, customer_id: int) -> dict[str, Any]:
    """What was foreseen of the customer, as plain values; risks in percent."""
    risk = ChurnRisk.objects.filter(store=store, customer_id=customer_id).first()
    changes = ChurnRiskChange.objects.filter(store=store, customer_id=customer_id)
    return {
        "churn_risk": _number(risk.value if risk else None),
        "churn_risk_changes": [
            {"value": _number(change.value), "predicted_at": change.predicted_at.isoformat()}
            for change in changes.order_by("predicted_at", "id")
        ],
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def erase_predictions(store: Store, customer_id: int) -> int:
    """Delete all that was foreseen of the customer; gives how many rows that were."""
    return _delete(store, [customer_id])


def drop_predictions(store: Store, customer_ids: Sequence[int]) -> None:
    """Delete all that was foreseen of customers of whom nothing is known any more."""
    _delete(store, customer_ids)


def _delete(store: Store, customer_ids: Sequence[int]) -> int:
    ours = {"store": store, "customer_id__in": customer_ids}
    return ChurnRiskChange.objects.filter(**ours).delete()[0] + ChurnRisk.objects.filter(**ours).delete()[0]


CHURN_DATA = DataHolder("churn_predictions", 56, export_predictions, erase_predictions, drop=drop_predictions)
