"""What a store offers, over JSON: its terms, codes and limits."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema

from regard.core.edges.api import ApiRequest, Id, Input, Router, Text, actor_of, requires, store_of
from regard.core.models import Store
from regard.offer.domain.codes import MOST_AT_ONCE, import_codes, make_codes
from regard.offer.domain.pools import (
    PoolTerms,
    change_some,
    create_pool,
    limits_of,
    set_limits,
)
from regard.offer.domain.queries import PoolFigures, figures_of, pool_for_viewer, pools_for_viewer
from regard.offer.domain.wording import value_words
from regard.offer.models import OfferKind, OfferLimits, OfferPool

router = Router(tags=["Offers"])


class OfferPoolItem(Schema):
    """What is offered, and what came of it. Amounts in minor units of the store's currency."""

    id: int
    key: str = Field(description="By which journeys name it.", examples=["welcome-10"])
    name: str
    kind: OfferKind
    value: str = Field(description="What it gives, in words.", examples=["10 %"])
    because: str = Field(description="The reason that customers are given.")
    is_on: bool
    given: int
    redeemed: int = Field(description="Of those given, so many came back with an order.")
    kept_back: int = Field(description="From so many it was kept back, so that its effect is seen.")
    waiting: int = Field(description="So many wait for approval.")
    codes_left: int = Field(description="Counted up to 10,000.")
    cost_minor: int = Field(description="What giving one is expected to cost.")
    spent_today_minor: int
    spent_minor: int = Field(description="In all.")
    day_budget_minor: int | None = Field(description="Null: no limit.")
    budget_minor: int | None = Field(description="Null: no limit.")


class OfferTerms(Input):
    """What an offer gives, by which codes, within which limits. Amounts in minor units of the store's currency."""

    name: Text = Field(max_length=100, description="By which people know it.", examples=["Ten euros off"])
    kind: OfferKind = Field(description="What it gives.", examples=["amount"])
    percent: int | None = Field(None, description="Of a `percent`.")
    amount_minor: int | None = Field(None, description="Of an `amount`.", examples=[1000])
    what: Text = Field("", max_length=200, description="Of a `gift` or `access`, in words.")
    because: Text = Field(
        "", max_length=200, description="The reason that customers read; a discount needs one.",
        examples=["Welcome"],
    )  # fmt: skip
    minimum_minor: int | None = Field(None, description="Least total of an order that uses it.")
    valid_days: int | None = Field(None, description="Days that it can be used; null: for ever.")
    makes_codes: bool = Field(False, description="Whether codes are made by rule when none is left.")
    prefix: Text = Field("", max_length=12, description="What codes made by rule begin with.")
    code_length: int = Field(8, description="Characters of such a code after that.")
    worth_minor: int | None = Field(
        None, description="What one costs when it is used; null: it follows from the kind."
    )
    redeemed_percent: int = Field(100, description="Of a hundred, so many are expected to be used.")
    day_budget_minor: int | None = Field(None, description="Null: no limit.")
    budget_minor: int | None = Field(None, description="In all; null: no limit.")
    chance_percent: int = Field(100, description="Given on so many of a hundred occasions.")
    kept_back_percent: int = Field(0, description="Kept back from so many of a hundred customers.")
    again_after_days: int = Field(90, description="So long a customer does not get it again.")


class NewOffer(OfferTerms):
    key: Text = Field(max_length=50, description="By which journeys name it.", examples=["ten-off"])


class OfferChanges(Input):
    """Only what is given changes; see what makes an offer."""

    name: Text = Field("", max_length=100, description="By which people know it.")
    because: Text = Field("", max_length=200, description="The reason that customers read.")
    percent: int = Field(1, description="Of a `percent`.")
    amount_minor: int = Field(1, description="Of an `amount`.", examples=[1500])
    what: Text = Field("", max_length=200, description="Of a `gift` or `access`, in words.")
    minimum_minor: int | None = Field(None, description="Least total of an order that uses it.")
    is_on: bool = Field(True, description="Whether it is given.")
    valid_days: int | None = Field(None, description="Days that it can be used; null: for ever.")
    makes_codes: bool = Field(False, description="Whether codes are made by rule when none is left.")
    worth_minor: int | None = Field(
        None, description="What one costs when it is used; it follows from a new percentage or amount."
    )
    redeemed_percent: int = Field(100, description="Of a hundred, so many are expected to be used.")
    day_budget_minor: int | None = Field(None, description="Null: no limit.")
    budget_minor: int | None = Field(None, description="In all; null: no limit.")
    chance_percent: int = Field(100, description="Given on so many of a hundred occasions.")
    kept_back_percent: int = Field(0, description="Kept back from so many of a hundred customers.")
    again_after_days: int = Field(90, description="So long a customer does not get it again.")


class CodesToMake(Input):
    count: int = Field(ge=1, le=MOST_AT_ONCE, description="How many.", examples=[500])


class CodesMade(Schema):
    made: int = Field(description="So many codes were made.")


class LimitsOfOffers(Input):
    """What holds for all offers of the store together."""

    day_budget_minor: int | None = Field(description="Null: no limit.", examples=[50000])
    most_per_customer: int | None = Field(
        description="Offers that a customer gets in 90 days at the most; null: no limit.", examples=[3]
    )
    approval_above_minor: int | None = Field(
        description="What costs more when it is used waits for approval; null: nothing waits.",
        examples=[5000],
    )
    may_stack: bool = Field(description="Whether a customer may hold several at once.", examples=[False])


class Codes(Input):
    codes: list[Text] = Field(
        min_length=1, max_length=10_000, description="To be given, each to one customer."
    )


class Imported(Schema):
    added: int = Field(description="So many are new.")
    known: int = Field(description="So many the store had.")


class Pools(Schema):
    items: list[OfferPoolItem]


@router.get(
    "/offer-pools", operation_id="list_offer_pools", summary="List offers", response=Pools,
    auth=requires("offers.read"),
)  # fmt: skip
def list_pools(request: ApiRequest) -> dict[str, Any]:
    """What the store offers, what is switched off last, by name."""
    store = store_of(request)
    pools = pools_for_viewer(store)
    figures = figures_of(store, pools)
    return {"items": [_told(store, pool, figures[pool.pk]) for pool in pools]}


@router.post(
    "/offer-pools", operation_id="create_offer_pool", summary="Make an offer",
    response={201: OfferPoolItem}, auth=requires("offers.manage"),
)  # fmt: skip
def post_pool(request: ApiRequest, new: NewOffer) -> dict[str, Any]:
    """An offer that is switched on: it is given once journeys or people do so."""
    terms = new.model_dump()
    key = terms.pop("key")
    pool = create_pool(store=store_of(request), key=key, terms=PoolTerms(**terms), actor=actor_of(request))
    return _told_pool(pool)


@router.patch(
    "/offer-pools/{pool_id}", operation_id="change_offer_pool", summary="Change an offer",
    response=OfferPoolItem, auth=requires("offers.manage"),
)  # fmt: skip
def patch_pool(request: ApiRequest, pool_id: Id, body: OfferChanges) -> dict[str, Any]:
    """What was given before stays as it was given."""
    pool = pool_for_viewer(store_of(request), pool_id)
    changes = body.model_dump(exclude_unset=True)
    is_on = changes.pop("is_on", None)
    change_some(pool, changes, is_on=is_on, actor=actor_of(request))
    return _told_pool(pool_for_viewer(pool.store, pool_id))


@router.post(
    "/offer-pools/{pool_id}/codes/made", operation_id="make_offer_codes", summary="Make codes ahead",
    response=CodesMade, auth=requires("offers.manage"),
)  # fmt: skip
def post_made_codes(request: ApiRequest, pool_id: Id, body: CodesToMake) -> dict[str, int]:
    """Codes by the offer's rule, for the shop to know them before they are given."""
    pool = pool_for_viewer(store_of(request), pool_id)
    return {"made": make_codes(pool, body.count, actor=actor_of(request))}


@router.get(
    "/offer-limits", operation_id="get_offer_limits", summary="Get the limits of offers", response=LimitsOfOffers,
    auth=requires("offers.manage"),
)  # fmt: skip
def get_limits(request: ApiRequest) -> OfferLimits:
    """What holds for all offers together."""
    return limits_of(store_of(request))


@router.put(
    "/offer-limits", operation_id="set_offer_limits", summary="Set the limits of offers", response=LimitsOfOffers,
    auth=requires("offers.manage"),
)  # fmt: skip
def put_limits(request: ApiRequest, body: LimitsOfOffers) -> OfferLimits:
    """What holds for all offers together from now on."""
    return set_limits(store_of(request), **body.model_dump(), actor=actor_of(request))


@router.post(
    "/offer-pools/{pool_id}/codes", operation_id="import_offer_codes", summary="Bring codes in",
    response=Imported, auth=requires("offers.manage"),
)  # fmt: skip
def post_codes(request: ApiRequest, pool_id: Id, body: Codes) -> dict[str, int]:
    """Codes that the shop knows, to be given by this offer. One that the store has already stays where it is."""
    pool = pool_for_viewer(store_of(request), pool_id)
    added, known = import_codes(pool, body.codes, actor=actor_of(request))
    return {"added": added, "known": known}


def _told_pool(pool: OfferPool) -> dict[str, Any]:
    return _told(pool.store, pool, figures_of(pool.store, [pool])[pool.pk])


def _told(store: Store, pool: OfferPool, figures: PoolFigures) -> dict[str, Any]:
    of_pool = ("id", "key", "name", "kind", "because", "is_on", "cost_minor", "spent_minor", "day_budget_minor",
               "budget_minor")  # fmt: skip
    return {
        **{name: getattr(pool, name) for name in of_pool},
        "value": value_words(pool, store.currency),
        "given": figures.given,
        "redeemed": figures.redeemed,
        "kept_back": figures.kept_back,
        "waiting": figures.waiting,
        "codes_left": figures.left,
        "spent_today_minor": figures.today_minor,
    }
