"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import figure, nothing, one_of, thing
from regard.core.registry import impersonal_fields
from regard.review.domain.told_mentions import CALL, mention_name
from regard.review.facts import MentionImported, ReviewAnswered, ReviewHidden, ReviewPublished

OF_REVIEW = {"review_id": thing, "product_id": thing, "rating": figure}
MENTION = {
    "properties": nothing, "mention_id": mention_name, "url": mention_name,
    "interactions": figure, "followers": figure, "negative": figure,
    "sentiment": one_of(("positive", "neutral", "negative")),
}  # fmt: skip


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    for fact_type in (ReviewPublished, ReviewHidden):
        impersonal_fields.add(fact_type.__name__, OF_REVIEW)
    impersonal_fields.add(CALL, MENTION)
    impersonal_fields.add(MentionImported.__name__, {**MENTION, "mentioned_at": figure})
    impersonal_fields.add(ReviewAnswered.__name__, {**OF_REVIEW, "is_sent": figure})
