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
