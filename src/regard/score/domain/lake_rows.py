"""What the lake's table of scores is made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

SCORE_CHANGES = LakeSource(
    "score_changes",
    "score_scorechange",
    {
        "name": "fact.name",
        "customer_id": "fact.subject_id",
        "value": "CASE WHEN split_part(fact.band, ':', 2) <> 'not_enough_data' THEN fact.value END",
        "band": "fact.band",
        "value_before": "CASE WHEN split_part(fact.band_before, ':', 2) <> 'not_enough_data' "
        "THEN fact.value_before END",
        "band_before": "coalesce(fact.band_before, '')",
        "is_retold": "fact.retold",
        "changed_at": "fact.changed_at",
        "changed_on": "(fact.changed_at AT TIME ZONE %(zone)s)::date",
    },
    counts="fact.subject_type = 'customer'",
)


def register_lake_rows() -> None:
    lake_sources.add(SCORE_CHANGES.name, SCORE_CHANGES)
