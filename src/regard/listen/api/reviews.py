"""Reviews, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, page_of, requires, store_of
from regard.listen.domain.queries import reviews_of
from regard.listen.models import Review

router = Router(tags=["Reviews"])


class ReviewItem(Schema):
    """What a customer wrote about an order or a product."""

    id: int
    external_id: str = Field(description="The shop's id.")
    customer_id: int | None = Field(description="Null while the order that it names is not known.")
    order_external_id: str = Field(description="The shop's id of the order; empty: none named.")
    product_external_id: str = Field(description="The shop's id of the product; empty: none named.")
    product_title: str = Field(description="Of that product, as the catalogue has it; empty: not known.")
    rating: int = Field(ge=1, le=5, description="Stars.")
    title: str
    body: str
    reviewed_at: AwareDatetime
    history: bool = Field(description="Whether it is known from imports alone.")

    @staticmethod
    def resolve_customer_id(review: Review) -> int | None:
        return review.identity.customer_id if review.identity else None


class ReviewQuery(Schema):
    customer_id: Id | None = Field(None, description="Only this customer's.")
    rating: int | None = Field(None, ge=1, le=5, description="Only those with so many stars.")


@router.get(
    "/reviews",
    operation_id="list_reviews",
    summary="List reviews",
    response=Page[ReviewItem],
    auth=requires("customers.read"),
)
def list_reviews(request: ApiRequest, only: Query[ReviewQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The reviews of the store, the newest known first."""
    return page_of(reviews_of(store_of(request), customer_id=only.customer_id, rating=only.rating), query)
