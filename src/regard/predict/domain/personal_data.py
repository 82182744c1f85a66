"""What the room keeps of a person: given out, and forgotten. The models themselves hold nobody's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.predict.models import LifetimeValue


def export_lifetime_value(store: Store, customer_id: int) -> dict[str, Any] | None:
    kept = LifetimeValue.objects.filter(store=store, customer_id=customer_id).first()
    if kept is None:
        return None
    return {
        "purchases": kept.purchases,
        "first_on": kept.first_on.isoformat(),
        "last_on": kept.last_on.isoformat(),
        "spent_minor": kept.spent_minor,
        "probability_active": kept.alive,
        "expected_purchases": kept.expected_purchases,
        "expected_minor": kept.expected_minor,
        "is_likely_high": kept.is_likely_high,
        "computed_at": kept.computed_at.isoformat(),
    }


def erase_lifetime_value(store: Store, customer_id: int) -> int:
    """Delete what is computed about the customer; gives how many rows that were."""
    return LifetimeValue.objects.filter(store=store, customer_id=customer_id).delete()[0]


def drop_lifetime_values(store: Store, customer_ids: Sequence[int]) -> None:
    LifetimeValue.objects.filter(store=store, customer_id__in=customer_ids).delete()


LIFETIME_DATA = DataHolder(
    "lifetime_value", 55, export_lifetime_value, erase_lifetime_value, drop=drop_lifetime_values
)
