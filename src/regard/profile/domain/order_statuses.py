"""What the states that shops give to orders mean for the money.

Shops write them as they like: `partially_refunded`, `Partially refunded`. Of Shopify's states of a payment,
`pending`, `authorized`, `partially_paid` and `paid` say nothing that the order's own state does not.
"""

from __future__ import annotations

VOID_STATUSES = ("cancelled", "canceled", "voided")  # an order that was called off is no purchase
REFUNDED = "refunded"
PARTIALLY_REFUNDED = "partially refunded"
PAYMENT_FIRST = (
    "voided",
    REFUNDED,
    PARTIALLY_REFUNDED,
)  # what a payment's state says better than the order's


def is_void(status: str) -> bool:
    """Whether the order was called off."""
    return status.lower() in VOID_STATUSES


def is_refunded(status: str) -> bool:
    """Whether all of the order was paid back."""
    return _plain(status) == REFUNDED


def status_told(status: str, *, payment: str, cancelled: bool) -> str:
    """The state of an order whose shop tells its state, its payment's, and whether it was cancelled."""
    if cancelled:
        return status if is_void(status) else "cancelled"
    return _plain(payment) if _plain(payment) in PAYMENT_FIRST else status


def _plain(status: str) -> str:
    return status.strip().lower().replace("_", " ")
