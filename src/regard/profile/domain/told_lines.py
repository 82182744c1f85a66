"""What an event says of the lines of an order. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import (
    first_of,
    read_currency,
    read_identifier,
    read_money,
    read_number,
    read_title,
    shown,
)
from regard.profile.domain.line_import import MAX_LINE_ID, MAX_PRODUCT_ID, MAX_TITLE, MAX_VARIANT
from regard.profile.domain.order_descriptions import TELL_ALL, properties_of
from regard.profile.facts import OrderLineImported

LARGEST = 10**15  # minor units; a quantity times a price beyond it is a slip of the pen
TOTAL_FIELDS = ("total", "line_total", "subtotal")


@dataclass(slots=True)
class ToldLine:
    """A line as one event tells it. external_id: within the order. dated: whether the telling says as of when."""

    external_id: str
    product_id: str
    variant: str
    title: str
    quantity: Decimal
    price_minor: int | None
    total_minor: int | None
    currency: str
    at: datetime
    dated: bool
    event_id: int


def line_of_fact(event: LoggedEvent) -> ToldLine:
    """The line that an OrderLineImported tells.

    Where lines have no id, each row of a file is a line of its own: it goes by the key of its event, which
    counts exact repeats, so that a second import of the row is the same line and a real repeat another.
    """
    fact = msgspec.convert(event.body, OrderLineImported)
    total = fact.total_minor
    return ToldLine(
        external_id=fact.line_id or str(event.key),
        product_id=fact.product_id,
        variant=fact.variant,
        title=fact.title,
        quantity=fact.quantity,
        price_minor=fact.price_minor,
        total_minor=_times(fact.quantity, fact.price_minor) if total is None else total,
        currency=fact.currency,
        at=fact.updated_at or fact.ordered_at,
        dated=fact.updated_at is not None,
        event_id=event.id,
    )


def listing_of(event: LoggedEvent, *, currency: str, notes: list[str]) -> list[ToldLine] | None:
    """All lines of the order as `products` of a call lists them; None when it holds no list.

    Products that come more than once are told apart by a running number.
    """
    if event.name not in TELL_ALL:
        return None
    items = properties_of(event).get("products")
    if items is None:
        return None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        notes.append(f"products is {shown(items)}; it must be a list of objects.")
        return None
    currency = read_currency(properties_of(event), otherwise=currency)  # products seldom name one
    lines: dict[str, ToldLine] = {}
    for item in items:
        line = _line(event, item, currency, notes)
        name, number = line.external_id, 1
        while line.external_id in lines:
            number += 1
            line.external_id = f"{name}#{number}"
        lines[line.external_id] = line
    return list(lines.values())


def _line(event: LoggedEvent, item: Mapping[str, Any], currency: str, notes: list[str]) -> ToldLine:
    product_id = product_id_of(item)
    variant = read_title(item, "variant", "variant_title", most=MAX_VARIANT)
    quantity = read_number(item, "quantity", notes)
    quantity = Decimal(1) if quantity is None else quantity
    price = read_money(item, "price", currency, notes, below_zero=True)
    total = read_money(item, first_of(item, *TOTAL_FIELDS), currency, notes, below_zero=True)
    line_id = read_identifier(item, "line_id", most=MAX_LINE_ID)
    title = read_title(item, "name", "title", most=MAX_TITLE)
    code = (price or total or (0, currency))[1]
    return ToldLine(
        external_id=line_id or "/".join(filter(None, (product_id or title[:90], variant[:100]))) or "-",
        product_id=product_id,
        variant=variant,
        title=title,
        quantity=quantity,
        price_minor=price[0] if price else None,
        total_minor=total[0] if total else _times(quantity, price[0] if price else None),
        currency=code,
        at=event.occurred_at,
        dated=True,
        event_id=event.id,
    )


def product_id_of(item: Mapping[str, Any]) -> str:
    """What the shop calls the product: its product_id, else its sku; "" without a usable one."""
    for name in ("product_id", "sku"):
        product_id = read_identifier(item, name, most=MAX_PRODUCT_ID)
        if product_id:
            return product_id
    return ""


def _times(quantity: Decimal, price_minor: int | None) -> int | None:
    """Quantity times price in minor units, halves away from zero."""
    if price_minor is None:
        return None
    product = quantity * price_minor
    if abs(product) > LARGEST:
        return None
    return int(product.to_integral_value(ROUND_HALF_UP))
