"""What the lake's table of costs is made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

COSTS = LakeSource(
    "costs",
    "measure_cost",
    {
        "month": "fact.month",
        "kind": "fact.kind",
        "amount_minor": "CASE WHEN fact.currency = %(currency)s THEN fact.amount_minor END",
    },
    counts="fact.replaced_at IS NULL",
)


def register_cost_rows() -> None:
    lake_sources.add(COSTS.name, COSTS)
