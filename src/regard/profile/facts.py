"""What this room records, and what the facts of any room say of a customer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from regard.core.registry import Fact, fact


class CustomerFact(Fact, frozen=True, kw_only=True):
    """A fact that came from the shop and names its customer in the shop's words.

    customer_id: the shop's id. Facts of other classes are put to a customer by the `user_id` that they are
    recorded with alone, and do not count as the customer having been seen.
    """

    shows_customer: ClassVar[bool] = True  # whether it tells of something that the customer did then

    customer_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""


@fact
class CustomerImported(CustomerFact, frozen=True, kw_only=True):
    """A file described a customer. traits: custom attributes by name, as `identify` would tell them; tags: words
    that the shop had put to them.
    """

    shows_customer: ClassVar[bool] = False

    created_at: datetime | None = None
    accepts_email: bool | None = None  # whether they allowed marketing; None: the file does not say
    accepts_sms: bool | None = None
    traits: dict[str, Any] = {}
    tags: list[str] = []


@fact
class OrderImported(CustomerFact, frozen=True, kw_only=True):
    """A file described an order. Its amounts are in minor units of `currency`."""

    order_id: str
    ordered_at: datetime
    updated_at: datetime | None = None  # when the shop last changed the order
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    status: str = ""
    payment_status: str = ""  # where the shop tells it apart from `status`
    total_minor: int | None = None
    refunded_minor: int | None = None  # all that was paid back by then
    currency: str


@fact
class OrderLineImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of one line of an order. Amounts in minor units of `currency`.

    line_id: within the order; "" where lines have none. A quantity below zero is a return.
    """

    order_id: str
    ordered_at: datetime
    updated_at: datetime | None = None
    line_id: str = ""
    product_id: str = ""
    variant: str = ""
    title: str = ""
    quantity: Decimal = Decimal(1)
    price_minor: int | None = None  # of one piece
    total_minor: int | None = None  # of the line
    currency: str


@fact
class ShipmentImported(CustomerFact, frozen=True, kw_only=True):
    """A file described a shipment. It belongs to whoever placed the order."""

    shows_customer: ClassVar[bool] = False

    order_id: str
    shipment_id: str = ""
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    status: str = ""
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    updated_at: datetime | None = None


@fact
class ProductImported(Fact, frozen=True, kw_only=True):
    """A file described a product. Its price is in minor units of `currency`."""

    product_id: str
    title: str = ""
    brand: str = ""
    category: str = ""
    url: str = ""
    image_url: str = ""
    status: str = ""
    price_minor: int | None = None
    currency: str


@fact
class ConsentTold(Fact, frozen=True, kw_only=True):
    """A person of the store noted that a customer allows marketing on a channel, or does not."""

    identity_id: int
    channel: str
    given: bool
    origin: str


@fact
class AttributesSet(Fact, frozen=True, kw_only=True):
    """Something of the store set custom attributes of a customer. traits: by name, as `identify` would tell them;
    null takes one away.
    """

    identity_id: int
    traits: dict[str, Any]
    origin: str


class IdentityDecision(Fact, frozen=True, kw_only=True):
    """A person decided whom an identity belongs to. customer_ids: of the customers that it changed."""

    identity_id: int
    customer_ids: tuple[int, ...]


@fact
class CustomersMerged(IdentityDecision, frozen=True, kw_only=True):
    """A person put two customers together: the identity, and all that belongs to it, came to the other one."""


@fact
class IdentityParted(IdentityDecision, frozen=True, kw_only=True):
    """A person took an identity out of a customer to which events had put it; it stands alone."""


@fact
class MergeUndone(IdentityDecision, frozen=True, kw_only=True):
    """A person took back what was decided of an identity; it belongs again where events say."""
