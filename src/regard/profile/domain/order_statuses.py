"""What the states that shops give to orders mean for the money.

Shops write them as they like: `partially_refunded`, `Partially refunded`. Of Shopify's states of a payment,
`pending`, `authorized`, `partially_paid` and `paid` say nothing that the order's own state does not.
"""

from __future__ import annotations

from regard.capture.domain.impersonal import plain

VOID_STATUSES = ("cancelled", "canceled", "voided")  # an order that was called off is no purchase
REFUNDED = "refunded"
PARTIALLY_REFUNDED = "partially refunded"
PAYMENT_FIRST = (
    "voided",
    REFUNDED,
    PARTIALLY_REFUNDED,
)  # what a payment's state says better than the order's
# What shops and their tools call the states of orders and payments; whatever else is told may be anybody's words.
KNOWN = frozenset({
    *VOID_STATUSES, *PAYMENT_FIRST, "accepted", "approved", "archived", "authorized", "awaiting payment",
    "awaiting pickup", "awaiting shipment", "backordered", "chargeback", "closed", "complete",
    "completed", "confirmed", "created", "declined", "delivered", "disputed", "draft", "expired",
    "failed", "fulfilled", "holded", "in progress", "in transit", "invoiced", "new", "on hold", "open",
    "ordered", "packed", "paid", "partially fulfilled", "partially paid", "partially returned",
    "partially shipped", "payment pending", "payment review", "pending", "pending payment", "placed",
    "processed", "processing", "ready", "ready for pickup", "ready to ship", "received", "rejected",
    "restocked", "return requested", "returned", "returning", "scheduled", "sent", "shipped", "shipping",
    "trash", "unavailable", "unfulfilled", "unpaid",
})  # fmt: skip


def is_known_status(status: str) -> bool:
    """Whether it is a state as shops call them, not the words of somebody."""
    return plain(status) in KNOWN


def is_void(status: str) -> bool:
    """Whether the order was called off."""
    return status.lower() in VOID_STATUSES


def is_refunded(status: str) -> bool:
    """Whether all of the order was paid back."""
    return plain(status) == REFUNDED


def status_told(status: str, *, payment: str, cancelled: bool) -> str:
    """The state of an order whose shop tells its state, its payment's, and whether it was cancelled."""
    if cancelled:
        return status if is_void(status) else "cancelled"
    return plain(payment) if plain(payment) in PAYMENT_FIRST else status
