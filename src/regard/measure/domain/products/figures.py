"""What is sold: how much of it, at which price, how often money goes back, and what reviews say; over the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from regard.lake.domain.reading import Lake

Order = Literal["revenue", "pieces", "price", "refunded", "stars", "title"]
ORDERS: Mapping[Order, str] = {
    "revenue": "revenue_minor",
    "pieces": "pieces",
    "price": "price_change",
    "refunded": "refunded_percent",
    "stars": "stars",
    "title": "title",
}
# What is asked for from the lowest on; the others fall.
RISING: tuple[Order, ...] = ("title", "stars", "price")
NOTHING = {True: 1e18, False: -1e18}  # where a product without the figure stands: at the end


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class ProductFigures:
    """A product in a span of days, and in the span that it is compared with (`_before`).

    pieces: bought, whatever came back. revenue_minor: of them, after discounts and before refunds. price_minor:
    the mean that was paid for a piece; price_change: in percent. orders: that it is part of; refunded_percent: of
    them that money was paid back for, whatever for. stars: the mean of its reviews. None: not known.
    """

    product_id: str
    title: str
    category: str
    pieces: float
    pieces_before: float
    revenue_minor: int | None
    price_minor: int | None
    price_before_minor: int | None
    price_change: float | None
    orders: int
    refunded_percent: float | None
    reviews: int
    stars: float | None
    stars_before: float | None


@dataclass(frozen=True)
class ProductWeek:
    """monday: of the week. price_minor, stars: means; None without any."""

    monday: date
    pieces: float = 0
    price_minor: float | None = None
    reviews: int = 0
    stars: float | None = None


@dataclass(frozen=True)
class Wanted:
    """Which products, and when. words: in the title or the number. product_id: one alone. is_reversed: the other
    way round than the order is usual. limit: None for all."""

    days: Days
    before: Days | None = None
    words: str = ""
    category: str | None = None
    product_id: str | None = None
    order: Order = "revenue"
    is_reversed: bool = False
    cursor: str = ""
    limit: int | None = 50


def products_in(lake: Lake, wanted: Wanted) -> tuple[list[ProductFigures], str]:
    """The products that were bought or reviewed in one of the spans, or stand in the catalogue; and the cursor of
    the next page, "" at the end. Raises CursorInvalid."""
    rows = _narrowed(_figures(lake, wanted.days, wanted.before or Days(date.min, date.min)), wanted)
    rising = _rises(wanted)
    column = rows[ORDERS[wanted.order]]
    key = column.lower() if wanted.order == "title" else column.fill_null(NOTHING[rising])
    rows = rows.mutate(key=key)
    if wanted.cursor:
        rows = rows.filter(_after(rows, wanted))
    rows = rows.order_by([rows.key if rising else rows.key.desc(), rows.product_id])
    found = lake.rows_of(rows if wanted.limit is None else rows.limit(wanted.limit + 1))
    shown = found[: wanted.limit]
    more = len(found) > len(shown)
    cursor = encode_cursor([_list_name(wanted), shown[-1]["key"], shown[-1]["product_id"]]) if more else ""
    return [_product(row) for row in shown], cursor


def first_day_of(lake: Lake) -> date | None:
    """Of the first purchase that is known; None without any."""
    orders = lake.table("orders")
    [row] = lake.rows_of(orders.filter(orders.is_purchase).agg(first=orders.ordered_on.min()))
    first: date | None = row["first"]
    return first


def is_told_of(lake: Lake, product_id: str) -> bool:
    """Whether anything was bought or said of a product, which the catalogue need not have."""
    tables = (_lines(lake), _reviews(lake))
    return any(lake.rows_of(table.filter(table.product_id == product_id).limit(1)) for table in tables)


def product_weeks(lake: Lake, product_id: str, mondays: Sequence[date]) -> list[ProductWeek]:
    """The product in each of these weeks, which follow each other."""
    days = Days(mondays[0], mondays[-1] + timedelta(days=6))
    lines = _lines(lake)
    bought = _by_week(lines.filter(lines.product_id == product_id), days)
    bought = bought.group_by("monday").agg(pieces=bought.quantity.sum(), price_minor=_price(bought))
    reviews = _reviews(lake)
    said = _by_week(reviews.filter(reviews.product_id == product_id), days)
    said = said.group_by("monday").agg(reviews=said.count(), stars=said.rating.mean())
    found: dict[date, dict[str, Any]] = {monday: {} for monday in mondays}
    for row in (*lake.rows_of(bought), *lake.rows_of(said)):
        found[row.pop("monday")] |= row
    return [ProductWeek(monday, **row) for monday, row in found.items()]


def _lines(lake: Lake) -> ir.Table:
    """Lines of purchases: (product_id, order_id, day, quantity, total_minor, is_refunded)."""
    orders, lines, refunds = lake.table("orders"), lake.table("lines"), lake.table("refunds")
    refunds = refunds.filter(refunds.amount_minor.isnull() | (refunds.amount_minor > 0))
    orders = orders.filter(orders.is_purchase).select(
        "order_id", day=orders.ordered_on, is_refunded=orders.order_id.isin(refunds.order_id)
    )
    lines = lines.filter((lines.quantity > 0) & (lines.product_id != ""))
    return lines.select("product_id", "order_id", "quantity", "total_minor").inner_join(orders, "order_id")


def _reviews(lake: Lake) -> ir.Table:
    reviews = lake.table("reviews")
    reviews = reviews.filter((reviews.product_id != "") & reviews.rating.notnull())
    return reviews.select("product_id", "rating", day=reviews.reviewed_on)


def _figures(lake: Lake, days: Days, before: Days) -> ir.Table:
    """A row for each product."""
    products = lake.table("products").select("product_id", "title", "category")
    sold = _sold(_lines(lake), days, before)
    said = _said(_reviews(lake), days, before)
    named = ibis.union(
        products.select("product_id"), sold.select("product_id"), said.select("product_id"), distinct=True
    )
    rows = named.left_join(products, "product_id").drop("product_id_right")
    rows = rows.left_join(sold, "product_id").drop("product_id_right")
    rows = rows.left_join(said, "product_id").drop("product_id_right")
    return rows.mutate(
        title=rows.title.fill_null(""),
        category=rows.category.fill_null(""),
        **{name: rows[name].fill_null(0) for name in ("pieces", "pieces_before", "orders", "reviews")},
        price_change=(rows.price_minor / rows.price_before_minor.nullif(0) - 1) * 100,
    )


def _sold(lines: ir.Table, days: Days, before: Days) -> ir.Table:
    lines = lines.filter(_within(lines, days) | _within(lines, before))
    now, then = _within(lines, days), _within(lines, before)
    orders = lines.order_id.nunique(where=now)
    return lines.group_by("product_id").agg(
        pieces=lines.quantity.sum(where=now),
        pieces_before=lines.quantity.sum(where=then),
        revenue_minor=lines.total_minor.sum(where=now).cast("float64"),
        price_minor=_price(lines, now),
        price_before_minor=_price(lines, then),
        orders=orders,
        refunded_percent=100.0 * lines.order_id.nunique(where=now & lines.is_refunded) / orders.nullif(0),
    )


def _said(reviews: ir.Table, days: Days, before: Days) -> ir.Table:
    now, then = _within(reviews, days), _within(reviews, before)
    return reviews.group_by("product_id").agg(
        reviews=reviews.count(where=now),
        stars=reviews.rating.mean(where=now),
        stars_before=reviews.rating.mean(where=then),
    )


def _price(lines: ir.Table, where: ir.BooleanValue | None = None) -> ir.Value:
    """The mean that was paid for a piece, of lines with an amount; null without any."""
    priced = lines.total_minor.notnull() if where is None else where & lines.total_minor.notnull()
    paid, pieces = lines.total_minor.sum(where=priced), lines.quantity.sum(where=priced)
    return paid.cast("float64") / pieces.nullif(0)


def _within(rows: ir.Table, days: Days) -> ir.BooleanValue:
    return rows.day.between(ibis.literal(days.first), ibis.literal(days.last))


def _by_week(rows: ir.Table, days: Days) -> ir.Table:
    rows = rows.filter(_within(rows, days))
    return rows.mutate(monday=rows.day.truncate("W").cast("date"))


def _narrowed(rows: ir.Table, wanted: Wanted) -> ir.Table:
    if wanted.product_id is not None:
        rows = rows.filter(rows.product_id == wanted.product_id)
    if wanted.category is not None:
        rows = rows.filter(rows.category == wanted.category)
    for word in wanted.words.lower().split():
        rows = rows.filter(rows.title.lower().contains(word) | rows.product_id.lower().contains(word))
    return rows


def _rises(wanted: Wanted) -> bool:
    return (wanted.order in RISING) != wanted.is_reversed


def _list_name(wanted: Wanted) -> str:
    return f"{wanted.order} reversed" if wanted.is_reversed else wanted.order


def _after(rows: ir.Table, wanted: Wanted) -> ir.BooleanValue:
    listed, *place = decode_cursor(wanted.cursor)
    if listed != _list_name(wanted) or len(place) != 2:
        raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))
    key, product_id = place
    further = rows.key > key if _rises(wanted) else rows.key < key
    return further | ((rows.key == key) & (rows.product_id > product_id))


def _product(row: Mapping[str, Any]) -> ProductFigures:
    told = {field.name: row[field.name] for field in fields(ProductFigures)}
    minor = {name: value for name, value in told.items() if name.endswith("_minor") and value is not None}
    return ProductFigures(**told | {name: round(value) for name, value in minor.items()})
