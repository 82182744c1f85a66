"""The import kind "order_lines": what a row of a file of order or invoice lines is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.order_descriptions import MAX_ORDER_ID
from regard.profile.domain.order_import import CUSTOMER_FIELDS
from regard.profile.facts import OrderLineImported

MAX_LINE_ID = 200
MAX_PRODUCT_ID = 200
MAX_VARIANT = 300
MAX_TITLE = 500
MOST_PIECES = 999_999_999


def to_order_line_imported(row: Mapping[str, Any], store: Store) -> OrderLineImported:
    """The fact that a converted row makes."""
    told = {name: value for name, value in row.items() if name not in {"price", "total", "currency"}}
    return OrderLineImported(
        **told,
        price_minor=row.get("price"),
        total_minor=row.get("total"),
        currency=row.get("currency", store.currency),
    )


ORDER_LINES = ImportKind(
    name="order_lines",
    fields=(
        ImportField(
            "order_id", "text", "The shop's id of the order or invoice.", required=True, most=MAX_ORDER_ID,
            synonyms=("order", "order_number", "order_no", "invoice", "invoiceno", "invoice_no", "invoice_id"),
        ),
        ImportField(
            "ordered_at", "time", "When the order was placed.", required=True,
            synonyms=("order_date", "created_at", "invoicedate", "invoice_date", "purchased_at", "date"),
        ),
        *CUSTOMER_FIELDS,
        ImportField(
            "line_id", "text", "The shop's id of the line, at least within the order.", most=MAX_LINE_ID,
            synonyms=("line", "line_item_id", "order_item_id", "line_number", "item_id"),
        ),
        ImportField(
            "product_id", "text", "The product.", most=MAX_PRODUCT_ID,
            synonyms=("product", "sku", "stockcode", "stock_code", "item", "lineitem_sku", "product_sku"),
        ),
        ImportField(
            "variant", "text", "Which variant of it.", most=MAX_VARIANT,
            synonyms=("variant_title", "variant_id", "size"),
        ),
        ImportField(
            "title", "text", "What the product is called.", most=MAX_TITLE,
            synonyms=("product_title", "product_name", "description", "item_name", "lineitem_name"),
        ),
        ImportField(
            "quantity", "number", "How many; one without it, below zero for a return.",
            least=-MOST_PIECES, most=MOST_PIECES,
            synonyms=("qty", "count", "pieces", "units", "lineitem_quantity"),
        ),
        ImportField(
            "price", "money", "Of one piece, in the currency's major unit.",
            synonyms=("unit_price", "unitprice", "item_price", "lineitem_price"),
        ),
        ImportField(
            "total", "money", "Of the line. Without it: quantity times price.",
            synonyms=("line_total", "amount", "subtotal", "line_amount"),
        ),
        ImportField(
            "currency", "currency", "ISO 4217 code of the amounts. Without it: the store's currency.",
            synonyms=("currency_code",),
        ),
        ImportField("updated_at", "time", "When the shop last changed the line.", synonyms=("modified_at",)),
    ),
    identity=("order_id", "line_id"),
    occurred_at="ordered_at",
    to_fact=to_order_line_imported,
)  # fmt: skip
