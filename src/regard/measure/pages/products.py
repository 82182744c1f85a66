"""What is sold, as a list; and a product with its weeks, its price and what customers say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.money import to_major
from regard.lake.domain.reading import Lake, open_lake
from regard.listen.domain.labels import theme_label
from regard.listen.domain.theme_figures import Span, themes_of_product
from regard.measure.domain.products.figures import (
    ORDERS,
    RISING,
    Days,
    Order,
    ProductFigures,
    ProductWeek,
    Wanted,
    first_day_of,
    is_told_of,
    product_weeks,
    products_in,
)
from regard.measure.domain.products.price_steps import price_step
from regard.measure.pages.product_charts import CHARTS, chart_of
from regard.profile.domain.product_titles import categories_of
from regard.profile.models import Product
from regard.score.domain.rules.products import evidence_of_product
from regard.score.domain.score_views import scores_of_subject
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.weeks import beginning_of, weeks_until
from regard.ui.date_range import COMPARISONS, OWN, SPANS, DateRange, date_range_of
from regard.ui.filters import Filter, chosen_of

SPAN = "91"  # days that are shown at first
WEEKS_DRAWN = 53


@dataclass(frozen=True)
class Heading:
    label: str
    css: str = ""
    url: str = ""
    direction: str = ""


@store_page("metrics.read")
def product_list(request: StoreRequest) -> HttpResponse:
    """The frame; its table fetches itself, since a year of a large store takes a moment."""
    days, categories = _days_asked(request), categories_of(request.store)
    category = _category(request, categories)
    filters = [Filter("category", _("Category"), [(name, name) for name in categories], category or "")]
    context = {
        **_range_context(days, kept=_kept(request)),
        "filters": filters if categories else [],
        "days_kept": [
            (name, asked_for(request, name)) for name in ("span", "from", "to", "compare", "order", "reverse")
        ],
        "chosen": chosen_of(request.GET, filters),
        "search": asked_for(request, "q"),
        "query": request.GET.urlencode(),
    }
    return render(request, "measure/products.html", context)


@store_page("metrics.read")
def product_table(request: StoreRequest) -> HttpResponse:
    """The products of the list, to stand in their card."""
    days, categories = _days_asked(request), categories_of(request.store)
    with open_lake(request.store) as lake:
        before = _before(days, lake)
        wanted = _wanted(request, days, before, _category(request, categories))
        try:
            products, following = products_in(lake, wanted)
        except CursorInvalid:
            products, following = products_in(lake, replace(wanted, cursor=""))
        at, begins = lake.at, first_day_of(lake) if days.before and before is None else None
    context = {
        "history_from": begins,
        "products": products,
        "currency": request.store.currency,
        "headings": _headings(request, wanted),
        "narrowed": bool(wanted.words or wanted.category),
        "compares": before is not None,
        "cursor": wanted.cursor,
        "next_cursor": following,
        "query": _query(request),
        "as_of": at,
    }
    return render(request, "measure/_products.html", context)


@store_page("metrics.read")
def export_products(request: StoreRequest) -> HttpResponseBase:
    """All products of the list, as a file of comma-separated values; amounts in the currency's major unit."""
    days = _days_asked(request)
    with open_lake(request.store) as lake:
        category = _category(request, categories_of(request.store))
        wanted = _wanted(request, days, _before(days, lake), category, limit=None)
        products, _following = products_in(lake, wanted)
    rows = _csv_rows(products, request.store.currency)
    return csv_response(rows, name=f"products-{request.store.slug}-{days.first}-{days.last}.csv")


@store_page("metrics.read")
def product(request: StoreRequest, product_id: str) -> HttpResponse:
    """The frame, with what is said of the product; its figures and charts fetch themselves."""
    store, days = request.store, _days_asked(request)
    found = Product.objects.filter(store=store, external_id=product_id).first()
    if found is None:
        with open_lake(store) as lake:
            if not is_told_of(lake, product_id):
                raise Http404
        found = Product(store=store, external_id=product_id)
    span = Span(beginning_of(store, days.first), beginning_of(store, days.last + timedelta(days=1)))
    asked = {"product": product_id, "from": days.first, "to": days.last}
    context = {
        **_range_context(days),
        "product": found,
        "label": found.title or product_id,
        "themes": [(each, theme_label(each.name)) for each in themes_of_product(store, product_id, span)],
        "said": urlencode(asked),
        "figures_query": urlencode({**asked, "span": OWN, "compare": days.compare}),
        "chart_query": f"?{urlencode({'product': product_id})}",
        "bought": f'bought contains "{product_id}"' if '"' not in product_id else "",
        "charts": [
            (name, _(chart.title), reverse("product_chart", args=[store.slug, name]))
            for name, chart in CHARTS.items()
        ],
    }
    quality = scores_of_subject(store, "product", found.pk) if found.pk else []
    if quality:
        context |= {"quality": quality[0], "evidence": evidence_of_product(store, product_id)}
    return render(request, "measure/product.html", context)


@store_page("metrics.read")
def product_figures(request: StoreRequest) -> HttpResponse:
    """What was sold of the product that is asked for, and when its price changed for good: to stand in a card."""
    store, days, product_id = request.store, _days_asked(request), asked_for(request, "product")
    with open_lake(store) as lake:
        before = _before(days, lake)
        wanted = Wanted(_days(days), before, product_id=product_id)
        found = next(iter(products_in(lake, wanted)[0]), None)
        weeks = product_weeks(lake, product_id, _mondays())
    context = {
        "product": found,
        "currency": store.currency,
        "pieces_before": found.pieces_before if found and before else None,
        "step": _step(weeks),
    }
    return render(request, "measure/_product_figures.html", context)


@store_page("metrics.read")
def chart(request: StoreRequest, name: str, form: str = "") -> HttpResponse:
    """A year of weeks of the product that is asked for: to stand in a card, or a file."""
    if name not in CHARTS:
        raise Http404
    with open_lake(request.store) as lake:
        weeks = product_weeks(lake, asked_for(request, "product"), _mondays())
    made = chart_of(name, weeks, currency=request.store.currency)
    return chart_file(made, name=f"product-{name}", form=form) if form else chart_page(request, made)


def _days_asked(request: StoreRequest) -> DateRange:
    asked = {name: asked_for(request, name) for name in request.GET}
    return date_range_of(asked, today=timezone.localdate(clock.now()), default=SPAN)


def _days(asked: DateRange) -> Days:
    return Days(asked.first, asked.last)


def _before(asked: DateRange, lake: Lake) -> Days | None:
    """None also where the store's orders begin later: less than a whole span says nothing."""
    first = first_day_of(lake)
    if asked.before is None or first is None or asked.before[0] < first:
        return None
    return Days(*asked.before)


def _mondays() -> list[date]:
    return weeks_until(timezone.localdate(clock.now()), WEEKS_DRAWN)


def _category(request: StoreRequest, categories: Sequence[str]) -> str | None:
    category = asked_for(request, "category")
    return category if category in categories else None


def _wanted(
    request: StoreRequest,
    days: DateRange,
    before: Days | None,
    category: str | None,
    limit: int | None = 50,
) -> Wanted:
    """What the address asks for; what makes no sense is left out."""
    order = asked_for(request, "order")
    return Wanted(
        _days(days),
        before,
        words=asked_for(request, "q"),
        category=category,
        order=next((name for name in ORDERS if name == order), "revenue"),
        is_reversed=asked_for(request, "reverse") == "1",
        cursor=asked_for(request, "cursor") if limit else "",
        limit=limit,
    )


def _range_context(days: DateRange, kept: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    return {"range": days, "spans": SPANS, "comparisons": COMPARISONS, "kept": kept}


def _kept(request: StoreRequest) -> list[tuple[str, str]]:
    return [(name, asked_for(request, name)) for name in ("q", "category", "order", "reverse")]


def _query(request: StoreRequest) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    return query.urlencode()


def _headings(request: StoreRequest, wanted: Wanted) -> list[Heading]:
    """Each orders the list by its column; that by which it is ordered already, the other way round."""
    columns: tuple[tuple[Order, str, str], ...] = (
        ("title", _("Product"), ""),
        ("pieces", _("Pieces"), "number"),
        ("revenue", _("Bought for"), "number wide-only"),
        ("price", _("Price paid"), "number wide-only"),
        ("refunded", _("Money back"), "number wide-only"),
        ("stars", _("Stars"), "number"),
    )
    headings = []
    for order, label, css in columns:
        query = request.GET.copy()
        query.pop("cursor", None)
        query.pop("reverse", None)
        query["order"] = order
        is_current = order == wanted.order
        if is_current and not wanted.is_reversed:
            query["reverse"] = "1"
        rises = (order in RISING) != wanted.is_reversed
        direction = ("ascending" if rises else "descending") if is_current else ""
        headings.append(Heading(label, css, f"?{query.urlencode()}", direction))
    return headings


def _step(weeks: Sequence[ProductWeek]) -> dict[str, Any] | None:
    """The largest lasting change of the price in the weeks that are over."""
    over = weeks[:-1]
    found = price_step([week.price_minor for week in over], [week.pieces for week in over])
    if found is None:
        return None
    return {
        "week": date_format(over[found.place].monday, "DATE_FORMAT"),
        "rose": found.price_after > found.price_before,
        "before": round(found.price_before),
        "after": round(found.price_after),
        "found": found,
    }


def _csv_rows(products: Sequence[ProductFigures], currency: str) -> Iterator[list[str]]:
    def amount(minor: int | None) -> str:
        return "" if minor is None else str(to_major(minor, currency))

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.6g}"

    yield [
        "product_id", "title", "category", "pieces", "pieces_before", "revenue", "price", "price_before",
        "currency", "orders", "refunded_percent", "reviews", "stars", "stars_before",
    ]  # fmt: skip
    for each in products:
        yield [
            each.product_id, each.title, each.category, number(each.pieces), number(each.pieces_before),
            amount(each.revenue_minor), amount(each.price_minor), amount(each.price_before_minor),
            currency, str(each.orders), number(each.refunded_percent), str(each.reviews), number(each.stars),
            number(each.stars_before),
        ]  # fmt: skip
