"""The import kind "products": what a row of a catalogue is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.line_import import MAX_PRODUCT_ID, MAX_TITLE
from regard.profile.domain.order_descriptions import MAX_STATUS
from regard.profile.domain.shipment_import import MAX_URL
from regard.profile.facts import ProductImported

MAX_BRAND = 200
MAX_CATEGORY = 300
NOT_OF_FACT = {"price", "currency", "updated_at"}


def to_product_imported(row: Mapping[str, Any], store: Store) -> ProductImported:
    """The fact that a converted row makes."""
    told = {name: value for name, value in row.items() if name not in NOT_OF_FACT}
    return ProductImported(**told, price_minor=row.get("price"), currency=row.get("currency", store.currency))


PRODUCTS = ImportKind(
    name="products",
    fields=(
        ImportField(
            "product_id", "text", "The shop's id of the product.", required=True, most=MAX_PRODUCT_ID,
            synonyms=("product", "handle", "sku", "id", "stock_code", "variant_sku"),
        ),
        ImportField(
            "title", "text", "What it is called.", most=MAX_TITLE,
            synonyms=("name", "product_title", "product_name", "description"),
        ),
        ImportField(
            "brand", "text", "Who makes it.", most=MAX_BRAND, synonyms=("vendor", "manufacturer", "brands")
        ),
        ImportField(
            "category", "text", "What kind of thing it is.", most=MAX_CATEGORY,
            synonyms=("type", "product_type", "categories", "product_category", "product_category_name"),
        ),
        ImportField(
            "price", "money", "Of one piece, in the currency's major unit.", least=0,
            synonyms=("variant_price", "regular_price", "unit_price"),
        ),
        ImportField(
            "currency", "currency", "ISO 4217 code of the price. Without it: the store's currency.",
            synonyms=("currency_code",),
        ),
        ImportField("url", "text", "Its page.", most=MAX_URL, synonyms=("link", "permalink", "product_url")),
        ImportField(
            "image_url", "text", "Its picture.", most=MAX_URL,
            synonyms=("image", "image_src", "image_link", "images"),
        ),
        ImportField(
            "status", "text", "Whether it is sold, in the shop's words.", most=MAX_STATUS,
            synonyms=("state", "published"),
        ),
        ImportField(
            "updated_at", "time", "When the row was last true. Without it: now.", synonyms=("modified_at",)
        ),
    ),
    identity=("product_id",),
    occurred_at=("updated_at",),
    to_fact=to_product_imported,
)  # fmt: skip
