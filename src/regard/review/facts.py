"""What this room tells the log. Words are left out: the rows have them."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import Fact, fact
from regard.profile.facts import CustomerFact


@fact
class ReviewPublished(Fact, frozen=True, kw_only=True):
    """The store shows a review to its customers from now on."""

    review_id: str
    product_id: str
    rating: int
    customer_id: int | None
    actor: str


@fact
class ReviewHidden(Fact, frozen=True, kw_only=True):
    """The store does not show a review."""

    review_id: str
    product_id: str
    rating: int
    customer_id: int | None
    actor: str


@fact
class ReviewAnswered(Fact, frozen=True, kw_only=True):
    """The store answered a review, or wrote its answer anew. is_sent: the customer gets it as a message too."""

    review_id: str
    product_id: str
    rating: int
    customer_id: int | None
    is_sent: bool
    actor: str


@fact
class MentionImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of a mention. anonymous_id: of its author, as events of the tracking API would name them, where
    the file does not name the customer."""

    mentioned_at: datetime
    anonymous_id: str = ""
    mention_id: str = ""
    source: str = ""
    author: str = ""
    text: str = ""
    url: str = ""
    sentiment: str = ""
    interactions: int = 0
    followers: int = 0
