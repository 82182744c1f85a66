"""Offers, over JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
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
    answer_page,
    requires,
    store_of,
)
from regard.core.models import Store
from regard.offer.domain.approvals import approve_offer, decline_offer
from regard.offer.domain.by_hand import give_by_hand
from regard.offer.domain.queries import (
    offer_for_viewer,
    offers_for_viewer,
    pool_named,
)
from regard.offer.models import Offer, OfferPool, OfferState
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer

router = Router(tags=["Offers"])


class OfferItem(Schema):
    """What a customer was offered, waits for, or would have been offered."""

    id: int
    pool: str = Field(description="The short name of the offer.")
    customer_id: int
    state: OfferState
    code: str | None = Field(description="Null until it is given.")
    origin: str = Field(description="Why.", examples=["journey:win-back", "person"])
    key: str = Field(description="The wish for it, which is fulfilled once.")
    worth_minor: int = Field(description="What it costs when it is used.")
    made_at: AwareDatetime
    given_at: AwareDatetime | None
    expires_on: date | None = Field(description="The last day; null: it can be used for ever.")
    redeemed_at: AwareDatetime | None = Field(description="When an order first came with the code.")
    order_id: str | None = Field(description="The shop's id of that order.")

    @staticmethod
    def resolve_pool(offer: Offer) -> str:
        return offer.pool.key

    @staticmethod
    def resolve_code(offer: Offer) -> str | None:
        return offer.code.code if offer.code else None


class OfferQuery(Schema):
    pool_id: Id | None = Field(None, description="Only those of this offer.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    state: OfferState | None = Field(None, description="Only those in this state.")


class Giving(Input):
    customer_id: Id = Field(description="Who gets it.")
    pool: Text = Field(max_length=50, description="The short name of the offer.", examples=["welcome-10"])


@router.get(
    "/offers", operation_id="list_offers", summary="List offers given", response=Page[OfferItem],
    auth=requires("offers.read"),
)  # fmt: skip
def list_offers(request: ApiRequest, only: Query[OfferQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """What customers were given, wait for, or would have been given; the latest first."""
    page = offers_for_viewer(
        store_of(request), pool_id=only.pool_id, customer_id=only.customer_id, state=only.state or "",
        cursor=query.cursor, limit=query.limit,
    )  # fmt: skip
    return answer_page(page)


@router.post(
    "/offers", operation_id="give_offer", summary="Give a customer an offer", response={201: OfferItem},
    auth=requires("offers.give"),
)  # fmt: skip
def post_offer(request: ApiRequest, giving: Giving) -> Offer:
    """Within all limits and budgets; what is dear waits for approval. Chance has no say."""
    store = store_of(request)
    given = give_by_hand(
        _pool(store, giving.pool), _customer(store, giving.customer_id), actor=actor_of(request)
    )
    return offer_for_viewer(store, given.pk)


@router.post(
    "/offers/{offer_id}/approve", operation_id="approve_offer", summary="Approve an offer", response=OfferItem,
    auth=requires("offers.manage"),
)  # fmt: skip
def post_approval(request: ApiRequest, offer_id: Id) -> Offer:
    """Give an offer that waits. One that does not wait stays as it is."""
    approve_offer(offer_for_viewer(store_of(request), offer_id), actor=actor_of(request))
    return offer_for_viewer(store_of(request), offer_id)


@router.post(
    "/offers/{offer_id}/decline", operation_id="decline_offer", summary="Decline an offer", response=OfferItem,
    auth=requires("offers.manage"),
)  # fmt: skip
def post_refusal(request: ApiRequest, offer_id: Id) -> Offer:
    """Do not give an offer that waits. One that does not wait stays as it is."""
    decline_offer(offer_for_viewer(store_of(request), offer_id), actor=actor_of(request))
    return offer_for_viewer(store_of(request), offer_id)


def _pool(store: Store, key: str) -> OfferPool:
    """Raises ValidationError, naming the field, for an offer that the store does not have."""
    try:
        return pool_named(store, key)
    except OfferPool.DoesNotExist as missing:
        raise ValidationError({"pool": _("There is no offer “%s”.") % key}) from missing


def _customer(store: Store, customer_id: int) -> Customer:
    """Raises ValidationError, naming the field, for a customer whom the store does not have."""
    try:
        return customer_for_viewer(store, customer_id)
    except Customer.DoesNotExist as missing:
        raise ValidationError({"customer_id": _("The store has no customer %d.") % customer_id}) from missing
