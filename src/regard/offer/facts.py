"""What the offer room tells the log. Codes are left out: the rows have them."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class OfferGiven(Fact, frozen=True, kw_only=True):
    """A customer has got an offer, with a code of their own."""

    offer_id: int
    pool: str
    origin: str  # why: "person", or such as "journey:win-back"
    key: str
    customer_id: int
    cost_minor: int  # expected, in the store's currency


@fact
class OfferKeptBack(Fact, frozen=True, kw_only=True):
    """A customer would have got an offer, and belongs to the share that gets none, so that its effect is seen."""

    offer_id: int
    pool: str
    origin: str
    key: str
    customer_id: int


@fact
class OfferDeclined(Fact, frozen=True, kw_only=True):
    """An offer that waited for approval is not given."""

    offer_id: int
    pool: str
    key: str
    customer_id: int
    actor: str


@fact
class OfferRedeemed(Fact, frozen=True, kw_only=True):
    """An order came with the code of an offer; told once an order."""

    offer_id: int
    pool: str
    customer_id: int  # who had got the offer
    order_id: str
    discount_minor: int | None  # in the order's currency; None: the shop does not say
