"""Which codes an order came with, by the e-commerce part of Segment's spec and as shops write it. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import Money, read_currency, read_money
from regard.offer.domain.codes import LONGEST, fold
from regard.profile.domain.order_descriptions import TELL_ALL, order_id_of, properties_of

FIELDS = ("coupon", "coupons", "coupon_code", "discount_code", "discount_codes", "promo_code")
MOST_CODES = 20  # of one order


@dataclass(frozen=True, slots=True)
class ToldCode:
    """That an order came with a code. discount: what it took off, where the shop says so of this code."""

    event: LoggedEvent
    order_id: str
    folded: str
    discount: Money | None
    currency: str


def told_codes(event: LoggedEvent, *, currency: str) -> list[ToldCode]:
    """What `event` says; currency: the store's, for amounts that name none."""
    if event.type != "track" or event.name not in TELL_ALL:
        return []
    properties = properties_of(event)
    codes: dict[str, Mapping[str, Any]] = {}
    for folded, of in _codes(properties):
        codes[folded] = codes.get(folded) or of  # told twice, once with its discount
    order_id = order_id_of(properties, []) if codes else ""
    if not order_id:
        return []
    named = read_currency(properties, otherwise=currency)
    alone = {**properties, "amount": properties.get("discount")} if len(codes) == 1 else {}
    return [
        ToldCode(event, order_id, folded, _discount(of or alone, named), named)
        for folded, of in list(codes.items())[:MOST_CODES]
    ]


def _codes(properties: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each code with what was said of it besides."""
    things = [properties, *_listed(properties.get("products"))]
    for thing in things:
        for name in FIELDS if isinstance(thing, dict) else ():
            for value in _listed(thing.get(name)):
                of = value if isinstance(value, dict) else {}
                code = of.get("code") if of else value
                if isinstance(code, str) and 0 < len(code.strip()) <= LONGEST:
                    yield fold(code), of


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _discount(of: Mapping[str, Any], currency: str) -> Money | None:
    return read_money(of, "amount", currency, [])
