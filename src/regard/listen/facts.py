"""What this room records."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import fact
from regard.profile.facts import CustomerFact


@fact
class ReviewImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of a review. Without a customer it is by whoever placed its order."""

    review_id: str
    rating: int
    reviewed_at: datetime
    order_id: str = ""
    product_id: str = ""
    title: str = ""
    body: str = ""


@fact
class AnswerImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of an answer to a survey. Without a customer it is by whoever placed its order.

    measure and topic: of regard.listen.models. value is as answered, on the scale from `lowest` to `highest`;
    all three are None for an answer of words only.
    """

    response_id: str
    measure: str
    topic: str
    answered_at: datetime
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None
    low_is_good: bool = False
    survey: str = ""
    text: str = ""
    order_id: str = ""
    product_id: str = ""
