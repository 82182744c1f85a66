"""What is sold and what reviews say of it, over JSON."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import ConfigDict

from regard.core.edges.api import ApiRequest, Page, PageQuery, Router, Text, requires, store_of
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.products.figures import Days, Order, Wanted, first_day_of, products_in

router = Router(tags=["Metrics"])


class ProductFiguresItem(Schema):
    """A product in a span of days, and in the one of as many days before it."""

    product_id: str = Field(description="The shop's number of it.")
    title: str
    category: str
    pieces: float = Field(description="Bought, whatever came back.")
    pieces_before: float
    revenue_minor: int | None = Field(description="Of them, after discounts and before refunds.")
    price_minor: int | None = Field(description="The mean that was paid for a piece.")
    price_before_minor: int | None
    price_change: float | None = Field(description="In percent.")
    currency: str
    orders: int = Field(description="That it is part of.")
    refunded_percent: float | None = Field(description="Of them, that money was paid back for.")
    reviews: int
    stars: float | None = Field(description="The mean of the reviews.")
    stars_before: float | None


class ProductQuery(Schema):
    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from", description="The first day, in the store's time zone.")
    last: date = Field(alias="to", description="The last day.")
    words: Text = Field("", max_length=100, description="Only products with these words in title or number.")
    category: Text | None = Field(None, description="Only those of this category.")
    order: Order = Field("revenue", description="price, stars and title: the lowest first.")
    reverse: bool = Field(False, description="The other way round; products without the figure stay last.")
    compare: Literal["", "previous"] = Field("previous", description="With as many days before, or nothing.")


@router.get(
    "/products/figures",
    operation_id="get_product_figures",
    summary="Get figures of products",
    response=Page[ProductFiguresItem],
    auth=requires("metrics.read"),
)
def get_product_figures(
    request: ApiRequest, asked: Query[ProductQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """What was sold of each product, at which price, and what reviews say of it."""
    if asked.last < asked.first:
        raise ValidationError({"to": _("The last day is before the first.")})
    store = store_of(request)
    wanted = Wanted(
        Days(asked.first, asked.last),
        words=asked.words,
        category=asked.category,
        order=asked.order,
        is_reversed=asked.reverse,
        cursor=query.cursor,
        limit=query.limit,
    )
    with open_lake(store) as lake:
        found, following = products_in(lake, replace(wanted, before=_before(asked, lake)))
    items = [{**asdict(each), "currency": store.currency} for each in found]
    return {"items": items, "next": following or None}


def _before(asked: ProductQuery, lake: Lake) -> Days | None:
    """None where nothing is asked for, and where not all of it is on record."""
    begins = first_day_of(lake)
    if not asked.compare or begins is None:
        return None
    back = asked.last - asked.first + timedelta(days=1)
    if asked.first - date.min <= back or asked.first - back < begins:
        return None
    return Days(asked.first - back, asked.last - back)
