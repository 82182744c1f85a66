"""What an event was, in words for the timeline: the facts of this room, and the calls of Segment's specification.

Rooms above register words for theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import first_of, read_title
from regard.capture.models import Event
from regard.core.money import MoneyError, check_currency, money_text, to_minor
from regard.core.registry import event_words, fact_types
from regard.profile.domain.double_opt_in import CONFIRMED
from regard.profile.domain.naming import FACT
from regard.profile.models import ConsentChannel

MOST = 120  # characters of a value that is quoted
FOUND_TITLE = "product_title"  # of the product, as the catalogue has it
AMOUNTS = ("total", "amount", "revenue", "value", "price")
# What happened -> in words; see _things for what they may name.
CALLS: Mapping[str, Promise] = {
    "Order Completed": gettext_lazy("Order%(order)s completed"),
    "Order Updated": gettext_lazy("Order%(order)s changed"),
    "Order Cancelled": gettext_lazy("Order%(order)s cancelled"),
    "Order Refunded": gettext_lazy("Order%(order)s refunded"),
    "Order Shipped": gettext_lazy("Order%(order)s shipped"),
    "Order Fulfilled": gettext_lazy("Order%(order)s fulfilled"),
    "Order Delivered": gettext_lazy("Order%(order)s delivered"),
    "Shipment Updated": gettext_lazy("News of shipment%(shipment)s"),
    "Product Viewed": gettext_lazy("Looked at%(product)s"),
    "Product Added": gettext_lazy("Put%(product)s into the cart"),
    "Product Removed": gettext_lazy("Took%(product)s out of the cart"),
    "Products Searched": gettext_lazy("Searched for%(query)s"),
    "Cart Viewed": gettext_lazy("Looked at the cart"),
    "Checkout Started": gettext_lazy("Began to check out"),
    "Consent Given": gettext_lazy("Allowed marketing by%(channel)s"),
    "Consent Withdrawn": gettext_lazy("Withdrew consent to marketing by%(channel)s"),
    "Unsubscribed": gettext_lazy("Unsubscribed from e-mail"),
    "Email Unsubscribed": gettext_lazy("Unsubscribed from e-mail"),
    "Email Subscribed": gettext_lazy("Subscribed to e-mail"),
    "Email Marked as Spam": gettext_lazy("Marked an e-mail as spam"),
}
FACTS: Mapping[str, Promise] = {
    "CustomerImported": gettext_lazy("Described by a file of customers"),
    "OrderImported": gettext_lazy("Placed order%(order)s"),
    "OrderLineImported": gettext_lazy("Ordered%(product)s in order%(order)s"),
    "ShipmentImported": gettext_lazy("Parcel of order%(order)s"),
    "ProductImported": gettext_lazy("Product%(product)s described by a file"),
    "CustomersMerged": gettext_lazy("Two customers were merged by a person"),
    "IdentityParted": gettext_lazy("A name was parted from its customer by a person"),
    "MergeUndone": gettext_lazy("What a person had merged or parted was taken back"),
}
NEEDED = ("product", "query", "channel")  # without which the words of a call would end in nothing
WITH_AMOUNT = frozenset({"Order Completed", "Order Updated", "Order Refunded"})
WITH_STATE = frozenset({"Order Updated", "Shipment Updated", "OrderImported", "ShipmentImported"})


def register_event_words() -> None:
    """Those of this room's facts."""
    for name, sentence in FACTS.items():
        event_words.add(name, partial(_fact, name, sentence))
    event_words.add("ConsentTold", _consent_told)
    event_words.add("AttributesSet", _attributes_set)


def describe_event(event: Event, titles: Mapping[str, str] | None = None) -> str:
    """One line; the event's own name where there are no words for it.

    titles: of products, by the shop's id.
    """
    told = dict(told_of(event))
    if title := (titles or {}).get(product_named(told)):
        told[FOUND_TITLE] = title
    if event.type == FACT:
        return event_words.get(event.name)(told) if event.name in event_words else _spaced(event.name)
    if event.type != "track":
        return _other_call(event)
    if event.name in event_words and event.name not in fact_types:
        return event_words.get(event.name)(told)
    return _call(event.name, told)


def told_of(event: Event) -> Mapping[str, Any]:
    """The fields of a fact, or the properties of a call."""
    return event.body if event.type == FACT else event.body.get("properties") or {}


def product_named(told: Mapping[str, Any]) -> str:
    """The shop's id of the product that it is about; "" when there is none."""
    return read_title(told, "product_id", "sku")


def products_named(events: Iterable[Event]) -> set[str]:
    """The shop's ids of the products that these are about."""
    return {product_named(told_of(event)) for event in events} - {""}


def _other_call(event: Event) -> str:
    """Of the types that Segment has beside track."""
    body = event.body
    if event.type == "identify":
        traits = ", ".join(sorted(body.get("traits") or {}))[:MOST]
        return _("Identified, with %(traits)s") % {"traits": traits} if traits else _("Identified")
    if event.type == "alias":
        return _("Also known as %(previous)s") % {"previous": _quoted(body, "previousId")}
    if event.type == "group":
        return _("Belongs to group %(group)s") % {"group": _quoted(body, "groupId")}
    place = event.name[:MOST] or _quoted(told_of(event), "name", "title", "path", "url")
    return _("Looked at %(place)s") % {"place": place} if place else _("Looked at a page")


def _call(name: str, told: Mapping[str, Any]) -> str:
    words, things = CALLS.get(name), _things(told)
    if words is None or any(f"%({thing})s" in str(words) and not things[thing] for thing in NEEDED):
        return name
    return ", ".join(filter(None, [str(words) % things, *_details(name, told)]))


def _fact(name: str, sentence: Promise, told: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, [str(sentence) % _things(told), *_details(name, told)]))


def _spaced(name: str) -> str:
    """The name of a fact of an earlier version as words: AlertRaised as "Alert raised"."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def _things(told: Mapping[str, Any]) -> dict[str, str]:
    """What the words may name, each with a space before it, or ""."""
    channels = told.get("channels", told.get("channel"))
    names = [str(name) for name in channels] if isinstance(channels, list) else [str(channels or "")]
    found = {
        "order": _quoted(told, "order_id"),
        "shipment": _quoted(told, "tracking_number", "shipment_id"),
        "product": _quoted(told, "name", "title", FOUND_TITLE, "product_id", "sku"),
        "query": _quoted(told, "query"),
        "channel": ", ".join(name[:MOST] for name in names),
    }
    return {name: f" {text}" if text else "" for name, text in found.items()}


def _quoted(told: Mapping[str, Any], *names: str) -> str:
    return read_title(told, *names, most=MOST)


def _details(name: str, told: Mapping[str, Any]) -> list[str]:
    details = []
    if name in WITH_STATE:
        details.append(_quoted(told, "status", "state"))
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
    channel = told.get("channel")
    is_confirmed = told.get("given") and told.get("origin") == CONFIRMED
    words = (
        _("Confirmed marketing by %(channel)s")
        if is_confirmed
        else (
            _("Allowed marketing by %(channel)s")
            if told.get("given")
            else _("Withdrew consent to %(channel)s")
        )
    )
    return words % {"channel": ConsentChannel(channel).label if channel in ConsentChannel.values else channel}


def _attributes_set(told: Mapping[str, Any]) -> str:
    traits = told.get("traits")
    if not isinstance(traits, dict) or not traits:
        return _("An attribute was set")
    names = sorted(traits)
    if all(traits[name] is None for name in names):
        return _("Taken away: %(names)s") % {"names": ", ".join(names)[:MOST]}
    said = ", ".join(f"{name} = {traits[name]}" for name in names if traits[name] is not None)
    return _("Set: %(attributes)s") % {"attributes": said[:MOST]}
