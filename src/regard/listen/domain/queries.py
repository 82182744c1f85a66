"""Reviews and answers as people and programs see them."""

from __future__ import annotations

from django.db.models import QuerySet

from regard.core.models import Store
from regard.listen.models import Response, Review
from regard.profile.domain.product_titles import TITLE_OF_ROW


def reviews_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Review]:
    """What a customer wrote, the latest first."""
    rows = reviews_of(store, customer_id=customer_id)
    return list(rows.order_by("-reviewed_at", "-id")[:limit])


def reviews_of(
    store: Store, *, customer_id: int | None = None, rating: int | None = None
) -> QuerySet[Review]:
    """Reviews with authors and `product_title`, the newest known first; of one customer or rating if given."""
    rows = Review.objects.filter(store=store).select_related("identity").order_by("-id")
    rows = rows.annotate(product_title=TITLE_OF_ROW)
    if customer_id is not None:
        # The identity's store is named too: it comes first in its index.
        rows = rows.filter(identity__store=store, identity__customer_id=customer_id)
    return rows if rating is None else rows.filter(rating=rating)


def answers_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Response]:
    """What a customer answered to surveys, the latest first."""
    return list(answers_of(store, customer_id=customer_id).order_by("-answered_at", "-id")[:limit])


def answers_of(
    store: Store, *, customer_id: int | None = None, measure: str | None = None
) -> QuerySet[Response]:
    """Answers with givers and `product_title`, the newest known first; of one customer or measure if given."""
    rows = Response.objects.filter(store=store).select_related("identity").order_by("-id")
    rows = rows.annotate(product_title=TITLE_OF_ROW)
    if customer_id is not None:
        rows = rows.filter(identity__store=store, identity__customer_id=customer_id)
    return rows if measure is None else rows.filter(measure=measure)
