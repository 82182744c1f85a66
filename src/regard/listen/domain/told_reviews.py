"""What an event says of a review. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import number_of, read_title
from regard.listen.domain.review_import import HIGHEST, LOWEST, MAX_PRODUCT_ID, MAX_REVIEW_ID
from regard.listen.domain.unusable import Unusable, identifier, unusable
from regard.listen.facts import ReviewImported
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import MAX_ORDER_ID

CALLS = ("Product Reviewed", "Review Submitted")


@dataclass(frozen=True)
class ToldReview:
    """A review as one event tells it."""

    event: LoggedEvent
    review_id: str
    rating: int
    reviewed_at: datetime
    order_id: str
    product_id: str
    title: str
    body: str


def tells_of_review(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that tells of a review."""
    return (event.type == "track" and event.name in CALLS) or _is_import(event)


def told_review(event: LoggedEvent) -> ToldReview:
    """What `event` (see `tells_of_review`) says. Raises Unusable."""
    if _is_import(event):
        fact = msgspec.convert(event.body, ReviewImported)
        return ToldReview(
            event,
            fact.review_id,
            fact.rating,
            fact.reviewed_at,
            fact.order_id,
            fact.product_id,
            fact.title,
            fact.body,
        )
    properties = event.body.get("properties") or {}
    # A shop that gives its reviews no id tells each of them once.
    review_id = identifier(properties, "review_id", MAX_REVIEW_ID) or str(event.key)
    return ToldReview(
        event=event,
        review_id=review_id,
        rating=_rating(properties.get("rating")),
        reviewed_at=event.occurred_at,
        order_id=identifier(properties, "order_id", MAX_ORDER_ID),
        product_id=identifier(properties, "product_id", MAX_PRODUCT_ID),
        title=read_title(properties, "review_title", "title"),
        body=read_title(properties, "review_body", "body"),
    )


def _is_import(event: LoggedEvent) -> bool:
    return event.type == FACT and event.name == ReviewImported.__name__


def _rating(value: object) -> int:
    stars = number_of(value)
    if stars is None or stars % 1 or not LOWEST <= stars <= HIGHEST:
        raise unusable("rating", value, _("a whole number from 1 to 5"))
    return int(stars)


def why_unusable(wrong: Unusable) -> str:
    """What the timeline says of an event that tells of no review."""
    return _("No review was kept: %(why)s") % {"why": wrong}
