"""What an event was, in words for the timeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regard.capture.models import Event
from regard.core.money import MoneyError, check_currency, money_text, to_minor
from regard.profile.domain.naming import FACT
from regard.profile.domain.property_values import first_of, read_title
from regard.profile.models import ConsentChannel

MOST = 120  # characters of a value that is quoted
AMOUNTS = ("total", "amount", "revenue", "value", "price")
# What happened -> in words; see _things for what they may name.
CALLS: dict[str, str | Promise] = {
    "Order Completed": _("Order%(order)s completed"),
    "Order Updated": _("Order%(order)s changed"),
    "Order Cancelled": _("Order%(order)s cancelled"),
    "Order Refunded": _("Order%(order)s refunded"),
    "Order Shipped": _("Order%(order)s shipped"),
    "Order Fulfilled": _("Order%(order)s fulfilled"),
    "Order Delivered": _("Order%(order)s delivered"),
    "Shipment Updated": _("News of shipment%(shipment)s"),
    "Product Viewed": _("Looked at%(product)s"),
    "Product Added": _("Put%(product)s into the cart"),
    "Product Removed": _("Took%(product)s out of the cart"),
    "Products Searched": _("Searched for%(query)s"),
    "Product Reviewed": _("Reviewed%(product)s"),
    "Review Submitted": _("Reviewed%(product)s"),
    "Cart Viewed": _("Looked at the cart"),
    "Checkout Started": _("Began to check out"),
    "Consent Given": _("Allowed marketing by%(channel)s"),
    "Consent Withdrawn": _("Withdrew consent to marketing by%(channel)s"),
    "Unsubscribed": _("Unsubscribed from e-mail"),
    "Email Unsubscribed": _("Unsubscribed from e-mail"),
    "Email Subscribed": _("Subscribed to e-mail"),
    "Email Marked as Spam": _("Marked an e-mail as spam"),
}
FACTS: dict[str, str | Promise] = {
    "CustomerImported": _("Described by a file of customers"),
    "OrderImported": _("Order%(order)s"),
    "OrderLineImported": _("Line of order%(order)s"),
    "ShipmentImported": _("Shipment of order%(order)s"),
    "ReviewImported": _("Reviewed%(product)s"),
}
NEEDED = ("product", "query", "channel")  # without which the words would end in nothing
WITH_AMOUNT = frozenset({"Order Completed", "Order Updated", "Order Refunded"})
WITH_STATE = frozenset({"Order Updated", "Shipment Updated", "OrderImported", "ShipmentImported"})


def describe_event(event: Event) -> str:
    """One line; the event's own name where there are no words for it."""
    told = event.body if event.type == FACT else event.body.get("properties") or {}
    if event.type == FACT and event.name == "ConsentTold":
        return _consent_told(told)
    words = (FACTS if event.type == FACT else CALLS if event.type == "track" else {}).get(event.name)
    things = _things(told)
    if words is None or any(f"%({name})s" in str(words) and not things[name] for name in NEEDED):
        return _spaced(event.name) if event.type == FACT else event.name
    parts = [str(words) % things, *_details(event.name, told)]
    return ", ".join(part for part in parts if part)


def _spaced(name: str) -> str:
    """The name of a fact as words: AlertRaised as "Alert raised"."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def _things(told: Mapping[str, Any]) -> dict[str, str]:
    """What the words may name, each with a space before it, or ""."""
    channels = told.get("channels", told.get("channel"))
    names = [str(name) for name in channels] if isinstance(channels, list) else [str(channels or "")]
    found = {
        "order": _quoted(told, "order_id"),
        "shipment": _quoted(told, "tracking_number", "shipment_id"),
        "product": _quoted(told, "name", "title", "product_id", "sku"),
        "query": _quoted(told, "query"),
        "channel": ", ".join(name[:MOST] for name in names),
    }
    return {name: f" {text}" if text else "" for name, text in found.items()}


def _quoted(told: Mapping[str, Any], *names: str) -> str:
    return read_title(told, *names, most=MOST)


def _details(name: str, told: Mapping[str, Any]) -> list[str]:
    details = []
    if name in WITH_STATE:
        details.append(read_title(told, "status", "state", most=MOST))
    if name in WITH_AMOUNT:
        details.append(_amount(told))
    if name in FACTS and isinstance(told.get("total_minor"), int):
        details.append(money_text(told["total_minor"], str(told.get("currency", ""))))
    if name == "Order Refunded":
        details.append(_quoted(told, "reason"))
    return details


def _amount(told: Mapping[str, Any]) -> str:
    """The amount with its currency, or bare where it names none."""
    name = first_of(told, *AMOUNTS)
    if not name:
        return ""
    try:
        currency = check_currency(str(told["currency"]))
        return money_text(to_minor(told[name], currency), currency)
    except (KeyError, MoneyError):
        return _quoted(told, name)


def _consent_told(told: Mapping[str, Any]) -> str:
    channel = str(ConsentChannel(told["channel"]).label)
    words = _("Allowed marketing by %(channel)s") if told["given"] else _("Withdrew consent to %(channel)s")
    return str(words) % {"channel": channel}
