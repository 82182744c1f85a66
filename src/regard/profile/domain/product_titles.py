"""What products are called, and sorted into."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from regard.core.models import Store
from regard.profile.models import Product

# Of a row that names a product by the shop's id; "" when the catalogue has none for it.
TITLE_OF_ROW = Coalesce(
    Subquery(
        Product.objects.filter(store=OuterRef("store"), external_id=OuterRef("product_external_id")).values(
            "title"
        )
    ),
    Value(""),
    output_field=CharField(),
)


def product_titles(store: Store, product_ids: Iterable[str]) -> dict[str, str]:
    """Titles by the shop's ids, of those products that have one. One query, none for no ids."""
    wanted = set(product_ids) - {""}
    if not wanted:
        return {}
    known = Product.objects.filter(store=store, external_id__in=wanted).exclude(title="")
    return dict(known.values_list("external_id", "title"))


def categories_of(store: Store) -> list[str]:
    """The catalogue's, by name. One query."""
    named = Product.objects.filter(store=store).exclude(category="")
    return sorted(named.order_by().values_list("category", flat=True).distinct())
