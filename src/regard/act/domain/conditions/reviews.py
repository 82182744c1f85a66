"""A negative review from a repeat customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding, with_words
from regard.act.domain.thresholds import LATE_FACTS, NEGATIVE_STARS, REPEAT_ORDERS
from regard.profile.domain.order_statuses import VOID_STATUSES

# Orders count up to the moment of the review, so that it makes no difference which of them is read first.
FIND_REVIEWS = """
    SELECT review.event_id, review.external_id, author.id, review.rating,
        CASE WHEN review.rating <= %(stars)s THEN (
            SELECT count(*) FROM profile_identity own JOIN profile_order ON identity_id = own.id
            WHERE own.store_id = author.store_id AND own.customer_id = author.customer_id
                AND ordered_at <= review.reviewed_at AND NOT is_return AND lower(status) <> ALL(%(void)s)
        ) ELSE 0 END,
        review.reviewed_at, coalesce(nullif(review.title, ''), review.body),
        coalesce(nullif(product.title, ''), review.product_external_id)
    FROM listen_review review JOIN profile_identity author ON author.id = review.identity_id
    LEFT JOIN profile_product product
        ON product.store_id = review.store_id AND product.external_id = review.product_external_id
    WHERE review.store_id = %(store)s AND review.identity_id = ANY(%(identities)s)
        AND review.event_id = ANY(%(events)s) AND NOT review.history
    ORDER BY review.reviewed_at, review.external_id
"""


def check_reviews(checked: Checked) -> list[Finding]:
    """At most 2 stars, from a customer who had placed at least 2 orders by then. One query."""
    values: dict[str, Any] = {
        "store": checked.store.pk,
        "identities": list(set(checked.identity_of.values())),
        "events": list(checked.identity_of),
        "stars": NEGATIVE_STARS,
        "void": list(VOID_STATUSES),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND_REVIEWS, values)
        return [_finding(ReviewToCheck(*row)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class ReviewToCheck:
    """orders: that its author had placed by then; counted only where it is negative. product: its title or id."""

    event_id: int
    external_id: str
    identity_id: int
    rating: int
    orders: int
    reviewed_at: datetime
    words: str
    product: str


def _finding(review: ReviewToCheck) -> Finding:
    negative, repeat = review.rating <= NEGATIVE_STARS, review.orders >= REPEAT_ORDERS
    told = {
        "stars": review.rating, "orders": review.orders, "most": NEGATIVE_STARS, "least": REPEAT_ORDERS,
    }  # fmt: skip
    if not negative:
        why = _("%(stars)s of 5 stars; it takes %(most)s or fewer.") % told
    elif not repeat:
        why = _("%(stars)s of 5 stars; orders placed by then: %(orders)s, it takes %(least)s.") % told
    else:
        why = _("%(stars)s of 5 stars from a customer with %(orders)s orders.") % told
    return Finding(
        event_id=review.event_id,
        instance=review.external_id,
        matched=negative and repeat,
        why=why,
        reason=with_words(f"{review.product}: {why}" if review.product else why, review.words),
        identity_id=review.identity_id,
        waits_until=review.reviewed_at + LATE_FACTS if negative and not repeat else None,
    )
