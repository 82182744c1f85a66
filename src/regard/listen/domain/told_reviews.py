"""What an event says of a review. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.listen.domain.review_import import HIGHEST, LOWEST, MAX_PRODUCT_ID, MAX_REVIEW_ID
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


class NoReview(ValueError):
    """Why an event that should tell of a review does not."""


def tells_of_review(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that tells of a review."""
    return (event.type == "track" and event.name in CALLS) or _is_import(event)


def told_review(event: LoggedEvent) -> ToldReview:
    """What `event` (see `tells_of_review`) says. Raises NoReview, saying why."""
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
    review_id = _identifier(properties, "review_id", MAX_REVIEW_ID) or str(event.key)
    return ToldReview(
        event=event,
        review_id=review_id,
        rating=_rating(properties),
        reviewed_at=event.occurred_at,
        order_id=_identifier(properties, "order_id", MAX_ORDER_ID),
        product_id=_identifier(properties, "product_id", MAX_PRODUCT_ID),
        title=_text(properties, "review_title", "title"),
        body=_text(properties, "review_body", "body"),
    )


def _is_import(event: LoggedEvent) -> bool:
    return event.type == FACT and event.name == ReviewImported.__name__


def _rating(properties: Mapping[str, Any]) -> int:
    value = properties.get("rating")
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        number = 0.0
    if number.is_integer() and LOWEST <= number <= HIGHEST:
        return int(number)
    reason = _("No review was kept: rating is %(rating).60r; it must be a whole number from 1 to 5.")
    raise NoReview(reason % {"rating": value})


def _identifier(properties: Mapping[str, Any], name: str, most: int) -> str:
    value = properties.get(name)
    if value is None or value == "":
        return ""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= most:
        reason = _("No review was kept: %(name)s is %(value).60r; it must be a text or whole number.")
        raise NoReview(reason % {"name": name, "value": value})
    return text


def _text(properties: Mapping[str, Any], *names: str) -> str:
    found = (properties.get(name) for name in names)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")
