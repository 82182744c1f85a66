"""What the intents and themes that every shop hears of are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

INTENTS = {
    "account_access": _("Account access"),
    "availability": _("Availability"),
    "cancel_order": _("Cancel an order"),
    "change_address": _("Change the address"),
    "change_order": _("Change an order"),
    "complaint": _("Complaint"),
    "damaged_item": _("Damaged item"),
    "discount": _("Discount"),
    "exchange": _("Exchange"),
    "human_agent": _("Speak to a person"),
    "invoice": _("Invoice"),
    "legal_threat": _("Legal threat"),
    "lost_package": _("Lost parcel"),
    "loyalty": _("Loyalty"),
    "order_status": _("Where is my order"),
    "payment_problem": _("Payment problem"),
    "praise": _("Praise"),
    "privacy": _("Privacy"),
    "product_question": _("Product question"),
    "recommendation": _("Recommendation"),
    "refund": _("Refund"),
    "return": _("Return"),
    "shipping_question": _("Shipping question"),
    "sizing": _("Sizing"),
    "solved": _("Solved"),
    "subscription": _("Subscription"),
    "warranty": _("Warranty"),
    "wrong_item": _("Wrong item"),
    "unknown": _("None of these"),
}
THEMES = {
    "runs small": _("Runs small"),
    "runs large": _("Runs large"),
    "poor quality": _("Poor quality"),
    "good quality": _("Good quality"),
    "damaged or defective": _("Damaged or defective"),
    "late delivery": _("Late delivery"),
    "not received": _("Not received"),
    "lost parcel": _("Lost parcel"),
    "fast delivery": _("Fast delivery"),
    "wrong item": _("Wrong item"),
    "missing items": _("Missing items"),
    "too expensive": _("Too expensive"),
    "not worth the money": _("Not worth the money"),
    "good value": _("Good value"),
    "comfortable": _("Comfortable"),
    "uncomfortable": _("Uncomfortable"),
    "good support": _("Good support"),
    "poor support": _("Poor support"),
    "refunds": _("Refunds"),
    "returns": _("Returns"),
    "exchanges": _("Exchanges"),
    "discounts": _("Discounts"),
    "trust": _("Trust"),
    "safety": _("Safety"),
}


def intent_label(name: str) -> str:
    """An intent in the reader's language; one of the store's own as it was named."""
    return str(INTENTS[name]) if name in INTENTS else name.replace("_", " ").capitalize()


def theme_label(name: str) -> str:
    """A theme in the reader's language; one that was found as people write it."""
    return str(THEMES[name]) if name in THEMES else name[:1].upper() + name[1:]
