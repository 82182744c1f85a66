"""What the lake's table of lifetime values is made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

LIFETIME_VALUES = LakeSource(
    "lifetime_values",
    "predict_lifetimevalue",
    {
        "customer_id": "fact.customer_id",
        "first_on": "fact.first_on",
        "expected_purchases": "fact.expected_purchases",
        "expected_minor": "fact.expected_minor",
        "computed_on": "(fact.computed_at AT TIME ZONE %(zone)s)::date",
    },
)


def register_lake_rows() -> None:
    lake_sources.add(LIFETIME_VALUES.name, LIFETIME_VALUES)
