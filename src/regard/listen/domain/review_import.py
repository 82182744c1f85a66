"""The import kind "reviews": what a row of a file of reviews is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.listen.facts import ReviewImported
from regard.profile.domain.order_descriptions import MAX_ORDER_ID
from regard.profile.domain.order_import import CUSTOMER_FIELDS

MAX_REVIEW_ID = 400  # room for two ids joined
MAX_PRODUCT_ID = 200
LOWEST, HIGHEST = 1, 5


def to_review_imported(row: Mapping[str, Any], _store: Store) -> ReviewImported:
    """The fact that a converted row makes."""
    return ReviewImported(**row)


REVIEWS = ImportKind(
    name="reviews",
    fields=(
        ImportField(
            "review_id", "text", "The shop's id of the review.", required=True, most=MAX_REVIEW_ID,
            synonyms=("id",),
        ),
        ImportField(
            "rating", "whole", "Stars, from 1 to 5.", required=True, least=LOWEST, most=HIGHEST,
            synonyms=("stars", "score", "review_score", "review_rating"),
        ),
        ImportField(
            "reviewed_at", "time", "When it was written.", required=True,
            synonyms=("review_date", "review_creation_date", "created_at", "date", "submitted_at"),
        ),
        *CUSTOMER_FIELDS,
        ImportField(
            "order_id", "text", "The order that it is about.", most=MAX_ORDER_ID,
            synonyms=("order", "order_number"),
        ),
        ImportField(
            "product_id", "text", "The product that it is about.", most=MAX_PRODUCT_ID,
            synonyms=("product", "sku", "product_handle"),
        ),
        ImportField(
            "title", "text", "Its headline.",
            synonyms=("review_title", "review_comment_title", "headline", "subject"),
        ),
        ImportField(
            "body", "text", "What was written.",
            synonyms=("review_body", "review_comment_message", "review", "text", "comment", "content"),
        ),
    ),
    identity=("review_id",),
    occurred_at="reviewed_at",
    to_fact=to_review_imported,
    one_of=("customer_id", "email", "order_id"),
)  # fmt: skip
