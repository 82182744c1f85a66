"""Products as catalogues, files and orders describe them: of each part the latest telling counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
from regard.profile.domain.tellings import UNTOLD, Rank, Row, RowTable, rank_of
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
TEXTS_OF_ITEM: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "title": lambda item: read_title(item, "name", "title", most=MAX_TITLE),
    "brand": lambda item: read_title(item, "brand", "vendor", most=MAX_BRAND),
    "category": lambda item: read_title(item, "category", most=MAX_CATEGORY),
    "url": lambda item: read_text(item, "url", [], most=MAX_URL),
    "image_url": lambda item: read_text(item, "image_url", [], most=MAX_URL),
}


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
    """What the events tell of products, by their ids: rows that are not stored.

    The last events are read first: what earlier ones repeat need not be understood.
    """
    rows = defaultdict[str, Row](lambda: _new_row(store.currency))
    for event in reversed(events):
        if event.type == "track":
            _read_call(event, rows, store.currency)
        elif event.type == FACT:
            _read_fact(event, rows)
    return dict(rows)


def _read_call(event: LoggedEvent, rows: defaultdict[str, Row], currency: str) -> None:
    if event.name in OF_ONE:
        items: Any = [properties_of(event)]
    elif event.name in OF_SEVERAL:
        items = properties_of(event).get("products")
    else:
        return
    named = read_currency(properties_of(event), otherwise=currency)
    rank = rank_of(event.occurred_at, event.id)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and (product_id := product_id_of(item)):
            _tell_item(rows[product_id], rank, item, named)


def _read_fact(event: LoggedEvent, rows: defaultdict[str, Row]) -> None:
    rank = rank_of(event.occurred_at, event.id)
    if event.name == ProductImported.__name__:
        fact = msgspec.convert(event.body, ProductImported)
        row = rows[fact.product_id]
        for part in TEXTS:
            if text := getattr(fact, part):
                row.tell(part, rank, **{part: text})
        if fact.price_minor is not None:
            row.tell("price", rank, price_minor=fact.price_minor, currency=fact.currency)
    elif event.name == OrderLineImported.__name__ and (product_id := event.body.get("product_id", "")):
        row, title = rows[product_id], event.body.get("title", "")
        if title:
            row.tell("title", rank, title=title)


def _tell_item(row: Row, rank: Rank, item: Mapping[str, Any], currency: str) -> None:
    """What cannot be used is left out; orders note it of their lines."""
    told = row.told
    for part, read in TEXTS_OF_ITEM.items():
        if rank > told.get(part, UNTOLD) and (text := read(item)):
            row.tell(part, rank, **{part: text})
    if rank > told.get("price", UNTOLD) and (price := read_money(item, "price", currency, [])):
        row.tell("price", rank, price_minor=price[0], currency=price[1])


def _merge(row: Row, told: Row) -> None:
    for part, rank in told.told.items():
        row.tell(part, rank, **{column: told.values[column] for column in COLUMNS_OF_PART.get(part, (part,))})


def _new_row(currency: str) -> Row:
    return Row({**dict.fromkeys(TEXTS, ""), "price_minor": None, "currency": currency})
