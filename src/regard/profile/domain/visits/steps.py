"""What an event says of a visit to the site or app, by Segment's spec. No database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import number_of
from regard.profile.domain.tellings import rank_of
from regard.profile.models import ERASED

PAGE, PRODUCT, LIST, CART, ADDED, REMOVED, CHECKOUT, SCROLL, ORDER = "plvcarkso"
TRACKS = {
    "Product Viewed": PRODUCT,
    "Product List Viewed": LIST,
    "Products Searched": LIST,
    "Product Added": ADDED,
    "Product Removed": REMOVED,
    "Cart Viewed": CART,
    "Checkout Started": CHECKOUT,
    "Checkout Step Viewed": CHECKOUT,
    "Checkout Step Completed": CHECKOUT,
    "Payment Info Entered": CHECKOUT,
    "Page Scrolled": SCROLL,
    "Scroll Depth": SCROLL,
    "Order Completed": ORDER,
}
LONGEST_PATH, LONGEST_ID, LONGEST_HOST, LONGEST_WORD = 300, 200, 200, 100
NAMES_PERSON = re.compile(r"[^/]*(?:@|%40)[^/]*")  # a part of a path with an address in it
PHONES, TABLETS = ("Mobi", "iPhone", "Android"), ("iPad", "Tablet")


class Step(msgspec.Struct, array_like=True, gc=False):
    """One thing that a visitor did. Kept as a list of these values.

    at: microseconds since 1970. identity: of the event. is_known: whether it named more than a browser. subject:
    the path of a page, the number of a product or an order. amount: pieces, or percent of a page. The rest: how
    the visitor came, as far as this step says so.
    """

    at: int
    event: int
    kind: str
    identity: int
    is_known: bool
    subject: str = ""
    amount: int = 0
    referrer: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    device: str = ""


def step_kind(event: LoggedEvent) -> str:
    """The kind of step that the event is, "" for none. Who was erased takes none any more."""
    if event.type == "track":
        kind = TRACKS.get(event.name, "")
        if kind == ORDER and not event.anonymous_id:
            return ""  # told by the shop's server, while nobody need be there
    else:
        kind = PAGE if event.type in ("page", "screen") else ""
    if not kind or (event.anonymous_id or event.user_id or "").startswith(ERASED):
        return ""
    return kind


def step_of(event: LoggedEvent, kind: str) -> Step:
    """The step that an event is, without its identity."""
    body = event.body
    properties, context = _object(body, "properties"), _object(body, "context")
    page = _object(context, "page")
    [at, event_id] = rank_of(event.occurred_at, event.id)
    campaign = _object(context, "campaign") or _campaign_of(properties, page)
    return Step(
        at, event_id, kind, 0, bool(event.user_id),
        _subject(kind, properties, page, event.name), _amount(kind, properties),
        _referrer(properties, page, context),
        _word(campaign, "source"), _word(campaign, "medium"), _word(campaign, "name"),
        _device(context, event.type),
    )  # fmt: skip


def _object(place: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = place.get(field)
    return value if isinstance(value, dict) else {}


def _text(place: Mapping[str, Any], field: str) -> str:
    value = place.get(field)
    if not value or not isinstance(value, str):
        return ""
    return value.replace("\0", "").strip()


def _word(place: Mapping[str, Any], field: str) -> str:
    return _text(place, field)[:LONGEST_WORD] if place else ""


def _subject(kind: str, properties: Mapping[str, Any], page: Mapping[str, Any], name: str) -> str:
    if kind == PAGE:
        return _path(_text(properties, "path") or _text(page, "path") or _url(properties, page)) or name[:100]
    if kind in (PRODUCT, ADDED, REMOVED):
        return str(properties.get("product_id") or properties.get("sku") or "").replace("\0", "")[:LONGEST_ID]
    return (
        str(properties.get("order_id") or "").replace("\0", "").strip()[:LONGEST_ID] if kind == ORDER else ""
    )


def _url(properties: Mapping[str, Any], page: Mapping[str, Any]) -> str:
    return _text(properties, "url") or _text(page, "url")


def _path(address: str) -> str:
    """Without host and query, and without what is somebody's address."""
    if not address:
        return ""
    path = address.split("?", 1)[0].split("#", 1)[0]
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    if "@" in path or "%40" in path:
        path = NAMES_PERSON.sub("…", path)
    return path[:LONGEST_PATH]


def _amount(kind: str, properties: Mapping[str, Any]) -> int:
    if kind in (ADDED, REMOVED):
        return max(1, min(_whole(properties, "quantity"), 1_000_000))
    if kind == SCROLL:
        told = (_whole(properties, name) for name in ("percent", "depth", "scroll_depth"))
        return min(next((value for value in told if value > 0), 0), 100)
    return (
        min(_whole(properties, "scroll_depth"), 100) if kind == PAGE and "scroll_depth" in properties else 0
    )


def _whole(properties: Mapping[str, Any], field: str) -> int:
    value = properties.get(field)
    number = number_of(value) if value is not None else None
    return int(number) if number is not None and 0 < number < 1e9 else 0


def _referrer(properties: Mapping[str, Any], page: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The host that the visitor came from; none where it is the site's own."""
    told = (
        _text(properties, "referrer") or _text(page, "referrer") or _text(_object(context, "referrer"), "url")
    )
    host = _host(told) if told else ""
    return host if host and host != _host(_url(properties, page)) else ""


def _host(url: str) -> str:
    """Of an address with a scheme; "" for anything else."""
    after = url.partition("://")[2]
    host = after.partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0]
    return host.lower().removeprefix("www.")[:LONGEST_HOST]


def _campaign_of(properties: Mapping[str, Any], page: Mapping[str, Any]) -> Mapping[str, Any]:
    query = _text(properties, "search") or _text(page, "search") or _url(properties, page).partition("?")[2]
    if "utm_" not in query:
        return {}
    told = dict(parse_qsl(query.lstrip("?").partition("#")[0]))
    return {
        "source": told.get("utm_source"), "medium": told.get("utm_medium"), "name": told.get("utm_campaign"),
    }  # fmt: skip


def _device(context: Mapping[str, Any], event_type: str) -> str:
    if event_type == "screen":
        return "app"
    agent = context.get("userAgent")
    return _device_of(agent) if isinstance(agent, str) else ""


@lru_cache(maxsize=10_000)
def _device_of(agent: str) -> str:
    """By the name that a browser gives itself."""
    if any(word in agent for word in TABLETS):
        return "tablet"
    return "phone" if any(word in agent for word in PHONES) else "desktop" if agent else ""
