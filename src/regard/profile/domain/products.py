"""Products as catalogues, files and orders describe them: of each part the latest telling counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import read_currency, read_money, read_text, read_title
from regard.core.models import Store
from regard.profile.domain.line_import import MAX_TITLE
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import properties_of
from regard.profile.domain.product_import import MAX_BRAND, MAX_CATEGORY
from regard.profile.domain.shipment_import import MAX_URL
from regard.profile.domain.tellings import Row, RowTable, rank_of
from regard.profile.domain.told_lines import product_id_of
from regard.profile.facts import OrderLineImported, ProductImported

TABLE = RowTable(
    "profile_product",
    {
        "title": "text", "brand": "text", "category": "text", "url": "text", "image_url": "text",
        "status": "text", "price_minor": "bigint", "currency": "text",
    },
)  # fmt: skip
# Events whose properties are of one product, and those that list several.
OF_ONE = frozenset({"Product Viewed", "Product Added", "Product Removed", "Product Clicked"})
OF_SEVERAL = frozenset({"Order Completed", "Order Updated", "Cart Viewed", "Checkout Started"})
TEXTS = ("title", "brand", "category", "url", "image_url", "status")

COLUMNS_OF_PART = {"price": ("price_minor", "currency")}

Telling = tuple[str, datetime, int, dict[str, Any]]  # the product's id, when and by which event, and parts


def project_products(batch: Batch) -> None:
    """Bring the products that the batch speaks of up to date.

    A line of an order tells a title only; what was paid for it then is no price of the catalogue, but of a
    product in a call it is the best that is known.
    """
    told = batch.read(read_products)
    if not told:
        return
    rows = TABLE.load(batch.store, told.keys())
    for product_id, row in told.items():
        if product_id in rows:
            _merge(rows[product_id], row)
        else:
            rows[product_id] = row
    TABLE.save(batch.store, rows)


def read_products(store: Store, events: Sequence[LoggedEvent]) -> dict[str, Row]:
    """What the events tell of products, by their ids: rows that are not stored."""
    rows: dict[str, Row] = {}
    for event in events:
        for product_id, at, event_id, parts in _tellings(event, store.currency):
            row = rows.get(product_id)
            if row is None:
                row = rows[product_id] = _new_row(store.currency)
            _apply(row, rank_of(at, event_id), parts)
    return rows


def _merge(row: Row, told: Row) -> None:
    for part, rank in told.told.items():
        row.tell(part, rank, **{column: told.values[column] for column in COLUMNS_OF_PART.get(part, (part,))})


def _new_row(currency: str) -> Row:
    return Row({**dict.fromkeys(TEXTS, ""), "price_minor": None, "currency": currency})


def _apply(row: Row, rank: list[int], parts: Mapping[str, Any]) -> None:
    for part in TEXTS:
        if parts.get(part):
            row.tell(part, rank, **{part: parts[part]})
    if parts.get("price_minor") is not None:
        row.tell("price", rank, price_minor=parts["price_minor"], currency=parts["currency"])


def _tellings(event: LoggedEvent, currency: str) -> Iterable[Telling]:
    if event.type == "track":
        if event.name in OF_ONE:
            yield from _of_items(event, [properties_of(event)], currency)
        elif event.name in OF_SEVERAL:
            items = properties_of(event).get("products")
            yield from _of_items(event, items if isinstance(items, list) else [], currency)
    elif event.type == FACT and event.name == ProductImported.__name__:
        fact = msgspec.convert(event.body, ProductImported)
        yield fact.product_id, event.occurred_at, event.id, msgspec.structs.asdict(fact)
    elif event.type == FACT and event.name == OrderLineImported.__name__:
        product_id, title = event.body.get("product_id", ""), event.body.get("title", "")
        if product_id:
            yield product_id, event.occurred_at, event.id, {"title": title}


def _of_items(event: LoggedEvent, items: Iterable[Any], currency: str) -> Iterable[Telling]:
    named = read_currency(properties_of(event), otherwise=currency)
    for item in items:
        if isinstance(item, dict) and (product_id := product_id_of(item)):
            yield product_id, event.occurred_at, event.id, _parts(item, named)


def _parts(item: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """What cannot be used is left out; orders note it of their lines."""
    price = read_money(item, "price", currency, [])
    return {
        "title": read_title(item, "name", "title", most=MAX_TITLE),
        "brand": read_title(item, "brand", "vendor", most=MAX_BRAND),
        "category": read_title(item, "category", most=MAX_CATEGORY),
        "url": read_text(item, "url", [], most=MAX_URL),
        "image_url": read_text(item, "image_url", [], most=MAX_URL),
        "price_minor": price[0] if price else None,
        "currency": price[1] if price else currency,
    }
