"""The pages of products."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regard.core import clock
from regard.core.models import Store
from regard.listen.models import Theme
from regard.profile.models import Product
from tests.measure.test_products import LINES, ORDERS_OF_TEST, PRODUCTS, REFUNDS, REVIEWS
from tests.measure.written_lake import write_lake
from tests.web.rows import add_review
from tests.web.test_lists import queries_of

pytestmark = pytest.mark.django_db
FEBRUARY = "?span=own&from=2026-02-01&to=2026-02-28"
TABLES: dict[str, Any] = {
    "products": PRODUCTS, "orders": ORDERS_OF_TEST, "lines": LINES, "reviews": REVIEWS, "refunds": REFUNDS,
}  # fmt: skip


@pytest.fixture
def filled(store: Store, settings, tmp_path) -> Store:
    settings.LAKE_FOLDER = tmp_path / "lake"
    write_lake(store, TABLES)
    for each in PRODUCTS:
        told = {"title": each["title"], "category": each["category"], "currency": "EUR"}
        Product.objects.create(store=store, external_id=each["product_id"], **told)
    return store


def page(browser: Client, name: str, store: Store, *args: object, query: str = "") -> str:
    answer = browser.get(reverse(name, args=[store.slug, *args]) + query)
    assert answer.status_code == 200
    return b"".join(answer).decode()


def test_products_stand_with_their_figures(filled: Store, owner: Client) -> None:
    text = page(owner, "product_table", filled, query=FEBRUARY)
    assert [text.index(title) for title in ("Warm boot", "Cap</a>", "rope</a>", "old laces")] == sorted(
        text.index(title) for title in ("Warm boot", "Cap</a>", "rope</a>", "old laces")
    )
    for told in ("180.00 EUR", "60.00 EUR", "50.0 %", "3.50", "2 reviews"):
        assert told in text
    assert "+20 %" in text
    assert '"change' not in page(
        owner, "product_table", filled, query="?span=own&from=2026-01-10&to=2026-02-10"
    )
    assert "No product matches" in page(owner, "product_table", filled, query=f"{FEBRUARY}&q=ship")
    assert "Warm boot" not in page(owner, "product_table", filled, query=f"{FEBRUARY}&category=Hats")
    assert owner.get(reverse("product_table", args=[filled.slug]) + "?cursor=bad").status_code == 200


def test_the_file_has_all_of_the_list(filled: Store, owner: Client) -> None:
    heading, first, *others = page(owner, "products_export", filled, query=FEBRUARY).splitlines()
    assert heading.startswith("product_id,title,category,pieces")
    assert first == "boot,Warm boot,Shoes,3,2,180.00,60.00,50.00,EUR,2,50,2,3.5,4"
    assert [line.partition(",")[0] for line in others] == ["cap", "rope", "old"]


def test_a_price_that_changed_for_good_is_told(filled: Store, owner: Client) -> None:
    days = [date.fromordinal(date(2026, 1, 5).toordinal() + 7 * week) for week in range(10)]
    orders = [{"order_id": f"w{day}", "ordered_on": day, "is_purchase": True} for day in days]
    lines = [
        {
            "order_id": f"w{day}",
            "product_id": "boot",
            "quantity": 1.0,
            "total_minor": 5000 + 1000 * (week > 4),
        }
        for week, day in enumerate(days)
    ]
    write_lake(filled, {**TABLES, "orders": orders, "lines": lines})
    with clock.set_to(datetime(2026, 3, 20, 12, tzinfo=UTC)):
        text = page(owner, "product_figures", filled, query="?product=boot&span=28&compare=previous")
        assert "rose for good in the week of 9 Feb 2026: 50.00 EUR were paid before, 60.00 EUR since" in text
        assert "Pieces a week: 1.0 in the 5 weeks before, 1.0 in those since" in text
        csv = page(owner, "product_chart_file", filled, "price", "csv", query="?product=boot").splitlines()
        assert [line.partition(",")[2] for line in csv[-6:-1]] == ["60.00 EUR,1"] * 5
        assert "<svg" in page(owner, "product_chart", filled, "pieces", query="?product=boot")
    assert owner.get(reverse("product", args=[filled.slug, "unheard-of"])).status_code == 404
    assert owner.get(reverse("product_chart", args=[filled.slug, "weather"])).status_code == 404


def test_what_is_said_of_a_product_leads_to_the_texts(filled: Store, owner: Client) -> None:
    for number, (product, words) in enumerate(
        (
            ("boot", "The zip of the boot is broken"),
            ("boot", "It came broken"),
            ("boot", "Lovely"),
            ("cap", "It came broken"),
        )
    ):
        add_review(filled, number, words, product_id=product)
    text = page(owner, "product", filled, "boot")
    assert "Number boot, category Shoes" in text
    url, count = re.findall(
        r'href="([^"]+)">Damaged or defective</a></td><td class="number tight">(\d)', text
    )[0]
    assert count == "2"
    listed = owner.get(html.unescape(url)).content.decode()
    assert listed.count('class="text"') == 2
    assert "Product: Warm boot" in listed
    [everything] = re.findall(r'href="([^"]+)">All texts', text)
    assert owner.get(html.unescape(everything)).content.decode().count('class="text"') == 3
    theme = Theme.objects.get(store=filled, name="damaged or defective")
    assert reverse("product", args=[filled.slug, "cap"]) in page(owner, "theme", filled, theme.pk)


def test_products_cost_the_same_queries_however_many(filled: Store, owner: Client) -> None:
    url = reverse("product_table", args=[filled.slug])
    page(owner, "product_table", filled)
    few = queries_of(owner, url)
    many = [{"product_id": f"p{number}", "title": f"Product {number}"} for number in range(300)]
    write_lake(filled, {**TABLES, "products": many})
    assert queries_of(owner, url) == few <= 6
    assert page(owner, "product_table", filled).count("data-row ") == 50


def test_every_listed_product_has_its_page(filled: Store, owner: Client) -> None:
    write_lake(filled, {**TABLES, "reviews": [*REVIEWS, {**REVIEWS[0], "product_id": "only-reviewed"}]})
    listed = re.findall(
        r'href="([^"]+/products/[^"/]+/)', page(owner, "product_table", filled, query=FEBRUARY)
    )
    assert reverse("product", args=[filled.slug, "only-reviewed"]) in listed
    assert {owner.get(url).status_code for url in listed} == {200}
    assert owner.get(reverse("product", args=[filled.slug, "never-heard-of"])).status_code == 404
