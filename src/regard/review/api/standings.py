"""What the store makes of reviews, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    requires,
    store_of,
)
from regard.listen.models import Feeling
from regard.review.domain.answering import answer_review
from regard.review.domain.moderating import LONGEST_TEXT, hide_review, publish_review, return_review
from regard.review.domain.queries import KnownReview, ReviewFilter, review_for_viewer, reviews_for_viewer
from regard.review.models import Shown

router = Router(tags=["Reviews"])


class ReviewWithStanding(Schema):
    """A review, whether customers see it, and what the store answered."""

    id: int
    external_id: str = Field(description="The shop's id.")
    customer_id: int | None = Field(description="Null: it is not known who wrote it.")
    order_external_id: str = Field(description="The shop's id of the order; empty: none named.")
    product_external_id: str = Field(description="The shop's id of the product; empty: none named.")
    product_title: str = Field(description="As the catalogue has it; empty: not known.")
    rating: int = Field(description="Stars, 1 to 5.")
    title: str
    body: str
    reviewed_at: AwareDatetime
    is_verified: bool = Field(description="Its customer had ordered the product before.")
    feeling: str = Field(description="`negative`, `neutral`, `positive`, `unknown`; empty: not understood.")
    shown: Shown = Field(description="Whether customers see it.")
    reason: str = Field(description="Why it is hidden.")
    reply: str = Field(description="What the store answered in public.")
    replied_by: str
    replied_at: AwareDatetime | None


class StandingQuery(Schema):
    shown: Shown | None = Field(None, description="Only those that are so.")
    rating: int | None = Field(None, ge=1, le=5, description="Only those with so many stars.")
    product: Text = Field("", max_length=200, description="Only those of this product, by the shop's id.")
    feeling: Feeling | None = Field(None, description="Only those whose writers feel so.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    unanswered: bool = Field(False, description="Only those that the store has not answered.")
    with_words: bool = Field(False, description="Only those with a title or a text.")
    verified: bool = Field(False, description="Only those of verified buyers.")
    search: Text = Field("", max_length=200, description="In the words, or the customer's name or e-mail.")


class HiddenFor(Input):
    reason: Text = Field(
        min_length=1, max_length=LONGEST_TEXT, description="Why it is not shown.", examples=["Names a person"]
    )


class Answer(Input):
    text: Text = Field(
        max_length=LONGEST_TEXT,
        description="In public; empty takes the answer back.",
        examples=["Thank you."],
    )
    send: bool = Field(False, description="Whether the customer gets it as an e-mail too.")


@router.get(
    "/reviews/standings", operation_id="list_review_standings", summary="List reviews with what became of them",
    response=Page[ReviewWithStanding], auth=requires("customers.read"),
)  # fmt: skip
def list_standings(
    request: ApiRequest, only: Query[StandingQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """The reviews of the store, the latest first, with whether they are shown and what was answered."""
    wanted = ReviewFilter(
        shown=only.shown or "", rating=only.rating, product=only.product, feeling=only.feeling or "",
        customer_id=only.customer_id, is_unanswered=only.unanswered, has_words=only.with_words,
        is_verified=only.verified, search=only.search,
    )  # fmt: skip
    page = reviews_for_viewer(store=store_of(request), only=wanted, cursor=query.cursor, limit=query.limit)
    return {"items": [told_review(known) for known in page.rows], "next": page.next_cursor or None}


@router.get(
    "/reviews/{review_id}/standing", operation_id="get_review_standing", response=ReviewWithStanding,
    summary="Get a review with what became of it", auth=requires("customers.read"),
)  # fmt: skip
def get_standing(request: ApiRequest, review_id: Id) -> dict[str, Any]:
    """One review."""
    return _told(request, review_id)


@router.post(
    "/reviews/{review_id}/publish", operation_id="publish_review", summary="Publish a review",
    response=ReviewWithStanding, auth=requires("reviews.handle"),
)  # fmt: skip
def post_publish(request: ApiRequest, review_id: Id) -> dict[str, Any]:
    """Show it to customers. One that is shown stays as it is."""
    publish_review(review_for_viewer(store_of(request), review_id).review, actor=actor_of(request))
    return _told(request, review_id)


@router.post(
    "/reviews/{review_id}/hide", operation_id="hide_review", summary="Hide a review",
    response=ReviewWithStanding, auth=requires("reviews.handle"),
)  # fmt: skip
def post_hide(request: ApiRequest, review_id: Id, why: HiddenFor) -> dict[str, Any]:
    """Do not show it to customers."""
    review = review_for_viewer(store_of(request), review_id).review
    hide_review(review, reason=why.reason, actor=actor_of(request))
    return _told(request, review_id)


@router.post(
    "/reviews/{review_id}/return", operation_id="return_review", summary="Let a review wait again",
    response=ReviewWithStanding, auth=requires("reviews.handle"),
)  # fmt: skip
def post_return(request: ApiRequest, review_id: Id) -> dict[str, Any]:
    """Take back that it was published or hidden."""
    return_review(review_for_viewer(store_of(request), review_id).review, actor=actor_of(request))
    return _told(request, review_id)


@router.put(
    "/reviews/{review_id}/reply", operation_id="answer_review", summary="Answer a review",
    response=ReviewWithStanding, auth=requires("reviews.handle"),
)  # fmt: skip
def put_reply(request: ApiRequest, review_id: Id, answer: Answer) -> dict[str, Any]:
    """Put the store's public answer in place of what it answered before."""
    review = review_for_viewer(store_of(request), review_id).review
    answer_review(review, text=answer.text, send=answer.send, actor=actor_of(request))
    return _told(request, review_id)


def _told(request: ApiRequest, review_id: int) -> dict[str, Any]:
    return told_review(review_for_viewer(store_of(request), review_id))


def told_review(known: KnownReview) -> dict[str, Any]:
    """As the API tells it."""
    review, standing = known.review, known.standing
    same = (
        "external_id",
        "order_external_id",
        "product_external_id",
        "rating",
        "title",
        "body",
        "reviewed_at",
    )
    return {
        "id": review.pk,
        **{name: getattr(review, name) for name in same},
        "product_title": getattr(review, "product_title", ""),
        "customer_id": known.customer.pk if known.customer else None,
        "is_verified": known.is_verified,
        "feeling": known.understood.feeling if known.understood else "",
        **{
            name: getattr(standing, name) for name in ("shown", "reason", "reply", "replied_by", "replied_at")
        },
    }
