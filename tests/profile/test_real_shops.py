"""Real shops' files come out as their own counts and sums say, read here by nothing but Python's own csv."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from django.db.models import Count, Sum
from tests.conftest import ROOT, shared_data

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports import ImportSummary, import_file
from regard.capture.domain.reader import read_next
from regard.capture.models import ParkedEvent
from regard.core.domain.stores import create_store
from regard.core.models import Store
from regard.profile import reactions as profile
from regard.profile.models import Customer, Order, OrderLine, Product, Refund

pytestmark = pytest.mark.django_db(transaction=True)  # what is not committed is not read
MARKETPLACE = ROOT / "examples" / "marketplace"
STAGES = tuple(
    Stage(stage.__name__, stage)
    for stage in (
        profile.identify,
        profile.project_orders,
        profile.project_products,
        profile.project_consents,
    )
)
ITEMS, PRODUCTS, RETAIL_LINES = 4_000, 1_000, 6_000  # so many of each; the journey takes whole files


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    text = path.read_bytes()
    text = gzip.decompress(text) if path.suffix == ".gz" else text
    yield from csv.DictReader(io.StringIO(text.decode(), newline=""))


def bring(store: Store, kind: str, path: Path, mapping: Path) -> ImportSummary:
    summary = import_file(store=store, kind=kind, path=path, actor="tests", mapping=mapping)
    while read_next(store, reader="tests", stages=STAGES):
        pass
    assert not ParkedEvent.objects.exists()
    return summary


def cents(text: str) -> int:
    return round(float(text) * 100)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    text = out.getvalue().encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)


def part_of_marketplace(folder: Path, tmp_path: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Its first lines and their orders, written beside the other files; gives both."""
    items = list(islice(rows_of(folder / "olist_order_items.csv.gz"), ITEMS))
    ids = {item["order_id"] for item in items}
    orders = [order for order in rows_of(folder / "olist_orders.csv.gz") if order["order_id"] in ids]
    for name, rows in (("olist_order_items.csv.gz", items), ("olist_orders.csv.gz", orders)):
        write_rows(tmp_path / name, rows)
    for name in ("olist_customers.csv.gz", "olist_order_payments.csv.gz"):
        (tmp_path / name).symlink_to(folder / name)
    return items, orders


def test_the_marketplace_has_its_orders_lines_and_products(tmp_path):
    folder = shared_data("olist")
    store = create_store(slug="marketplace", name="Marketplace", currency="BRL", actor="tests")
    items, told = part_of_marketplace(folder, tmp_path)

    lines = bring(
        store, "order_lines", tmp_path / "olist_order_items.csv.gz", MARKETPLACE / "order_lines.toml"
    )
    known = Order.objects.filter(store=store).aggregate(Count("pk"), Sum("total_minor"))
    assert (lines.added, lines.rejected) == (len(items), 0)
    assert known["pk__count"] == len({item["order_id"] for item in items})
    assert known["total_minor__sum"] == sum(cents(item["price"]) for item in items)

    orders = bring(store, "orders", tmp_path / "olist_orders.csv.gz", MARKETPLACE / "orders.toml")
    assert (orders.added, orders.rejected) == (len(told), 0)
    assert Order.objects.filter(store=store, identity__isnull=False).count() == len(told)
    assert OrderLine.objects.filter(store=store).count() == len(items)
    states = Order.objects.filter(store=store).values_list("status").annotate(Count("pk")).order_by()
    assert dict(states) == Counter(order["order_status"] for order in told)
    assert not Order.objects.filter(store=store, is_return=True).exists()

    catalogue = (folder / "olist_products.csv").read_text().splitlines()[: PRODUCTS + 1]
    file = written(tmp_path, "products.csv", "\n".join(catalogue))
    products = bring(store, "products", file, MARKETPLACE / "products.toml")
    assert (products.added, products.rejected) == (PRODUCTS, 0)
    known = Product.objects.filter(store=store).exclude(category="").values_list("external_id", flat=True)
    assert set(known) == {row["product_id"] for row in rows_of(file) if row["product_category_name"]}


def test_invoice_lines_of_a_shop_are_orders_and_its_cancelled_ones_refunds(tmp_path):
    everything = rows_of(shared_data("online_retail") / "online_retail.csv.gz")
    source = list(islice(everything, RETAIL_LINES))
    source += [row for row in everything if row["InvoiceNo"].startswith("A")]  # two with a price below zero
    file = tmp_path / "lines.csv"
    write_rows(file, source)
    mapping = written(
        tmp_path,
        "lines.toml",
        '[columns]\norder_id = "InvoiceNo"\nproduct_id = "StockCode"\ntitle = "Description"\n'
        'quantity = "Quantity"\nordered_at = "InvoiceDate"\nprice = "UnitPrice"\ncustomer_id = "CustomerID"\n',
    )
    store = create_store(slug="retail", name="Retail", currency="GBP", actor="tests")

    summary = bring(store, "order_lines", file, mapping)

    sold, returned, sells = defaultdict(int), defaultdict(int), defaultdict(bool)
    for row in source:
        invoice, quantity, amount = row["InvoiceNo"], int(row["Quantity"]), cents(row["UnitPrice"])
        sells[invoice] |= quantity >= 0
        (sold if quantity >= 0 else returned)[invoice] += abs(quantity) * amount
    orders = Order.objects.filter(store=store)
    assert (summary.added, summary.rejected) == (RETAIL_LINES + 3, 0)
    assert OrderLine.objects.filter(store=store).count() == RETAIL_LINES + 3  # exact repeats are real
    assert orders.filter(is_return=False).count() == sum(sells.values())
    assert orders.count() == len(sells)
    assert orders.aggregate(Sum("total_minor"))["total_minor__sum"] == sum(sold.values())
    refunds = Refund.objects.filter(store=store).aggregate(Count("pk"), Sum("amount_minor"))
    assert refunds == {"pk__count": len(returned), "amount_minor__sum": sum(returned.values())}
    corrections = orders.filter(external_id__in=["A563185", "A563186", "A563187"]).order_by("external_id")
    totals = list(corrections.values_list("total_minor", flat=True))
    assert totals == [1_106_206, -1_106_206, -1_106_206]
    people = {row["CustomerID"] for row in source} - {""}
    assert Customer.objects.filter(store=store).count() == len(people)
    named = {row["InvoiceNo"] for row in source if row["CustomerID"]}
    assert orders.filter(identity__isnull=False).count() == len(named)


def test_the_transactions_of_the_cd_store_are_orders(tmp_path):
    lines = (shared_data("cdnow") / "cdnow_even_ids.txt").read_text().splitlines()
    header, *source = [line.split() for line in lines if line.strip()]
    file = written(tmp_path, "cds.csv", "".join(",".join(row) + "\n" for row in [header, *source]))
    mapping = written(
        tmp_path,
        "cds.toml",
        '[columns]\norder_id = ["customer_id", "date"]\ncustomer_id = "customer_id"\nordered_at = "date"\n'
        'quantity = "number_of_cds"\ntotal = "dollar_value"\n\n[formats]\ntime = "%Y%m%d"\n',
    )
    store = create_store(slug="cds", name="CDs", currency="USD", actor="tests")

    summary = bring(store, "order_lines", file, mapping)

    assert (summary.added, summary.rejected) == (len(source), 0)
    orders = Order.objects.filter(store=store)
    known = orders.aggregate(Count("pk"), Count("identity__customer", distinct=True), Sum("total_minor"))
    assert known == {
        "pk__count": len({(customer, day) for customer, day, *_amounts in source}),
        "identity__customer__count": len({row[0] for row in source}),
        "total_minor__sum": sum(cents(row[3]) for row in source),
    }
    pieces = OrderLine.objects.filter(store=store).aggregate(Sum("quantity"))["quantity__sum"]
    assert pieces == sum(int(row[2]) for row in source)
