"""What this room records, and what the facts of any room say of a customer."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import Fact, fact


class CustomerFact(Fact, frozen=True, kw_only=True):
    """A fact that came from the shop and names its customer in the shop's words.

    customer_id: the shop's id. Facts of other classes are put to a customer by the `user_id` that they are
    recorded with alone, and do not count as the customer having been seen.
    """

    customer_id: str = ""
    email: str = ""
    name: str = ""


@fact
class OrderImported(CustomerFact, frozen=True, kw_only=True):
    """A file described an order. Its amount is in minor units of `currency`."""

    order_id: str
    ordered_at: datetime
    updated_at: datetime | None = None  # when the shop last changed the order
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    status: str = ""
    total_minor: int | None = None
    currency: str
