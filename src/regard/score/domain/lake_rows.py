"""What the lake's table of health is made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

HEALTH_CHANGES = LakeSource(
    "health_changes",
    "score_scorechange",
    {
        "customer_id": "fact.subject_id",
        "value": "CASE WHEN fact.band <> 'health:not_enough_data' THEN fact.value END",
        "band": "fact.band",
        "changed_at": "fact.changed_at",
        "changed_on": "(fact.changed_at AT TIME ZONE %(zone)s)::date",
    },
    counts="fact.name = 'health' AND fact.subject_type = 'customer'",
)


def register_lake_rows() -> None:
    lake_sources.add(HEALTH_CHANGES.name, HEALTH_CHANGES)
