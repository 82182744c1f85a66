"""What the lake's tables of answers, reviews and texts are made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

ANSWERS = LakeSource(
    "answers",
    "listen_response",
    {
        "identity_id": "fact.identity_id",
        "order_id": "fact.order_external_id",
        "product_id": "fact.product_external_id",
        "survey": "fact.survey",
        "measure": "fact.measure",
        "topic": "fact.topic",
        "value": "fact.value",
        "lowest": "fact.lowest",
        "highest": "fact.highest",
        "low_is_good": "fact.low_is_good",
        "score": "fact.score",
        "answered_at": "fact.answered_at",
        "answered_on": "(fact.answered_at AT TIME ZONE %(zone)s)::date",
    },
)
REVIEWS = LakeSource(
    "reviews",
    "listen_review",
    {
        "identity_id": "fact.identity_id",
        "order_id": "fact.order_external_id",
        "product_id": "fact.product_external_id",
        "rating": "fact.rating",
        "reviewed_at": "fact.reviewed_at",
        "reviewed_on": "(fact.reviewed_at AT TIME ZONE %(zone)s)::date",
    },
)


TEXTS = LakeSource(
    "texts",
    "listen_understanding",
    {
        "source": "fact.source",
        "source_id": "fact.source_id",
        "language": "fact.language",
        "feeling": "fact.feeling",
        "score": "fact.score",
        "intent": "coalesce(fact.intents[1], '')",
        "urgency": "fact.urgency",
        "said_at": "fact.said_at",
        "said_on": "(fact.said_at AT TIME ZONE %(zone)s)::date",
    },
    counts="fact.understood_at IS NOT NULL",
)


def register_lake_rows() -> None:
    for source in (ANSWERS, REVIEWS, TEXTS):
        lake_sources.add(source.name, source)
