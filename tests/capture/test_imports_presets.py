"""Exports as shops make them, by the presets that know them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports.mapping import check_section, kind_named
from regard.capture.domain.imports.preparing import look_at
from regard.capture.domain.imports.presets import presets
from regard.capture.models import Event
from tests.capture.test_imports import bring, counts, written
from tests.conftest import shared_data

pytestmark = pytest.mark.django_db

SHOPIFY_ORDERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
    "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Phone,Shipping Name,Shipping Phone,Notes,"
    "Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,"
    "Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Phone"
)
WOO_ORDERS = (
    "order_id,order_number,order_date,status,shipping_total,order_total,refunded_total,order_currency,"
    "customer_id,billing_first_name,billing_last_name,billing_email,billing_phone"
)
WOO_ITEMS = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),"
    "Email (Billing),Phone (Billing),Order Refund Amount,Order Total Amount,SKU,Item #,Item Name,"
    "Quantity (- Refund),Item Cost"
)


def row(header: str, **told: str) -> str:
    """A row with these values, by the column's name with underscores for blanks."""
    named = {name.replace(" ", "_"): "" for name in header.split(",")}
    assert told.keys() <= named.keys()
    return ",".join((named | told).values())


def shopify_orders(folder: Path) -> Path:
    first = row(
        SHOPIFY_ORDERS, Name="#1001", Email="ana@b.co", Financial_Status="paid", Fulfillment_Status="fulfilled",
        Currency="USD", Total="79.90", Created_at="2026-01-31 09:30:00 +0100", Lineitem_quantity="2",
        Lineitem_name="Linen shirt - M", Lineitem_price="29.95", Lineitem_sku="LS-M", Billing_Name="Ana Ruiz",
        Billing_Phone="'+34600111222", Refunded_Amount="0.00", Id="5551",
    )  # fmt: skip
    second = row(
        SHOPIFY_ORDERS, Name="#1001", Email="ana@b.co", Lineitem_quantity="1", Lineitem_name="Belt",
        Lineitem_price="20.00", Lineitem_sku="BE-1",
    )  # fmt: skip
    third = row(
        SHOPIFY_ORDERS, Name="#1002", Email="bo@b.co", Financial_Status="refunded", Currency="USD", Total="20.00",
        Created_at="2026-02-01 10:00:00 +0100", Cancelled_at="2026-02-02 10:00:00 +0100", Lineitem_quantity="1",
        Lineitem_name="Belt", Lineitem_price="20.00", Refunded_Amount="20.00", Shipping_Name="Bo Li",
    )  # fmt: skip
    return written(folder / "orders_export_1.csv", SHOPIFY_ORDERS, first, second, third)


def told(name: str, *fields: str) -> list[tuple]:
    events = Event.objects.filter(name=name).order_by("id")
    return [tuple(event.body[field] for field in fields) for event in events]


def test_every_preset_names_kinds_and_fields_that_there_are():
    for name, preset in presets().items():
        assert preset.title, name
        assert preset.recognised_by, name
        for section in preset.imports:
            check_section(section, kind_named(section.kind))


def test_an_orders_export_of_shopify_gives_orders_and_their_lines(store, tmp_path):
    file = shopify_orders(tmp_path)

    summary = bring(store, file)

    assert (summary.preset, *counts(summary)) == ("shopify-orders", 3, 5, 0, 0)
    assert told("OrderImported", "order_id", "email", "name", "phone", "total_minor", "ordered_at") == [
        ("#1001", "ana@b.co", "Ana Ruiz", "+34600111222", 7990, "2026-01-31T08:30:00Z"),
        ("#1002", "bo@b.co", "Bo Li", "", 2000, "2026-02-01T09:00:00Z"),
    ]  # fmt: skip
    assert told("OrderImported", "status", "refunded_minor", "cancelled_at") == [
        ("fulfilled", 0, None),
        ("", 2000, "2026-02-02T09:00:00Z"),
    ]
    assert told("OrderLineImported", "order_id", "title", "quantity", "price_minor", "ordered_at") == [
        ("#1001", "Linen shirt - M", "2", 2995, "2026-01-31T08:30:00Z"),
        ("#1001", "Belt", "1", 2000, "2026-01-31T08:30:00Z"),
        ("#1002", "Belt", "1", 2000, "2026-02-01T09:00:00Z"),
    ]
    assert counts(bring(store, file)) == (3, 0, 5, 0)


def test_who_asks_for_lines_gets_lines_alone(store, tmp_path):
    assert counts(bring(store, shopify_orders(tmp_path), kind="order_lines")) == (3, 3, 0, 0)
    assert set(Event.objects.values_list("name", flat=True)) == {"OrderLineImported"}


def test_a_rejected_line_of_an_order_can_be_mended_without_its_first_row(store, tmp_path):
    file = shopify_orders(tmp_path)
    file.write_text(file.read_text().replace("Belt,20.00,,BE-1", "Belt,20.001,,BE-1"))
    summary = bring(store, file)
    assert counts(summary) == (3, 4, 0, 1)
    mended = summary.rejects_path.read_text("utf-8-sig").replace("20.001", "20.00")
    assert counts(bring(store, written(tmp_path / "m.csv", *mended.splitlines()))) == (1, 1, 1, 0)


def test_a_customers_export_of_shopify_gives_attributes_too(store, tmp_path):
    header = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address City,"
        "Default Address Country Code,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,"
        "Note,Tax Exempt,Tags"
    )
    values = "'7210448301122,Ana,Ruiz,Ana@b.co,yes,Elche,ES,,'+34600111222,no,79.90,1,,no,\"vip, horeca\""
    summary = bring(store, written(tmp_path / "customers_export.csv", header, values), kind="customers")

    assert (summary.preset, *counts(summary)) == ("shopify-customers", 1, 1, 0, 0)
    [fact] = told("CustomerImported", "customer_id", "email", "phone", "name", "accepts_email", "accepts_sms")
    assert fact == ("7210448301122", "ana@b.co", "+34600111222", "Ana Ruiz", True, False)
    [(tags, traits)] = told("CustomerImported", "tags", "traits")
    assert (tags, traits["city"], traits["Total Orders"]) == (["vip", "horeca"], "Elche", "1")


@pytest.mark.parametrize("name", ["apparel", "jewelery", "home-and-garden"])
def test_catalogues_of_shopify_are_read(store, name):
    path = shared_data("catalogue_shopify", f"{name}.csv")
    summary = bring(store, path, kind="products")
    with path.open(encoding="utf-8-sig", newline="") as file:
        variants = [row for row in csv.DictReader(file) if row["Variant Price"]]
    assert (summary.preset, summary.rejected) == ("shopify-products", 0)
    assert summary.added + summary.repeated == len(variants) > 0


def test_orders_of_woocommerce_by_order(store, tmp_path):
    rows = [
        row(
            WOO_ORDERS, order_id="81", order_date="2026-01-31 09:30:00", status="completed", order_total="12.4996",
            refunded_total="0", order_currency="EUR", customer_id=customer, billing_first_name="Ana",
            billing_last_name="Ruiz", billing_email="ana@b.co",
        )
        for customer in ("7", "0")
    ]  # fmt: skip
    summary = bring(store, written(tmp_path / "o.csv", WOO_ORDERS, *rows))
    assert (summary.preset, *counts(summary)) == ("woocommerce-orders", 2, 2, 0, 0)
    assert told("OrderImported", "order_id", "customer_id", "name", "total_minor", "ordered_at") == [
        ("81", "7", "Ana Ruiz", 1250, "2026-01-31T08:30:00Z"),
        ("81", "", "Ana Ruiz", 1250, "2026-01-31T08:30:00Z"),
    ]


def test_orders_of_woocommerce_by_item(store, tmp_path):
    rows = [
        f"81,Completed,2026-01-31 09:30,,Ana,Ruiz,ana@b.co,600,0,32.50,{sku},{number},{item},{quantity},{cost}"
        for sku, number, item, quantity, cost in [("A", 1, "Shirt", 2, 10), ("B", 2, "Belt", 1, "12.5")]
    ]
    summary = bring(store, written(tmp_path / "o.csv", WOO_ITEMS, *rows))
    assert (summary.preset, *counts(summary)) == ("woocommerce-order-lines", 2, 3, 0, 0)
    assert told("OrderImported", "order_id", "total_minor") == [("81", 3250)]
    assert told("OrderLineImported", "line_id", "product_id", "quantity", "price_minor") == [
        ("1", "A", "2", 1000),
        ("2", "B", "1", 1250),
    ]


def test_a_guess_says_how_sure_it_is_and_shows_samples(store, tmp_path):
    file = written(
        tmp_path / "o.csv", "order_id,Customer Email,ordered_at,Total Price,wrapping",
        "1,a@b.co,2026-01-01,5,red", "2,c@d.co,2026-01-02,six,", "3,,2026-01-02,7,red",
    )  # fmt: skip
    source = look_at(store=store, kind="orders", path=file)
    guesses = {guess.field.name: guess for guess in source.guesses()["orders"] if guess.columns}
    assert {name: (*guess.columns, guess.confidence) for name, guess in guesses.items()} == {
        "order_id": ("order_id", "sure"),
        "email": ("Customer Email", "likely"),
        "ordered_at": ("ordered_at", "sure"),
        "total": ("Total Price", "doubtful"),
    }
    assert guesses["email"].samples == ("a@b.co", "c@d.co")
    assert source.unused_columns() == ["wrapping"]


def test_generic_leaves_presets_aside_and_an_unknown_preset_is_named(store, tmp_path):
    file = shopify_orders(tmp_path)
    assert look_at(store=store, kind="orders", path=file, preset="generic").preset == ""
    with pytest.raises(ImportProblem, match="preset: There is no preset shopfy; there are: generic, shopify"):
        look_at(store=store, kind="orders", path=file, preset="shopfy")


@pytest.mark.parametrize("preset", ["woocommerce-orders", ""])
def test_the_default_export_of_woocommerce_calls_its_day_date(store, tmp_path, preset):
    header = (
        "order_id,order_number,date,status,shipping_total,order_total,order_currency,payment_method,"
        "customer_id,billing_first_name,billing_last_name,billing_email,billing_phone"
    )
    values = "801,801,2026-04-01 12:00:00,completed,5.00,45.00,USD,stripe,12,Walt,Woo,walt@b.co,+49301234567"
    file = written(tmp_path / "o.csv", header, values)

    summary = bring(store, file, preset=preset or "generic")

    assert (summary.preset, *counts(summary)) == (preset, 1, 1, 0, 0)
    assert look_at(store=store, kind="orders", path=file).preset == "woocommerce-orders"
    assert told("OrderImported", "order_id", "customer_id", "email", "name", "phone", "currency") == [
        ("801", "12", "walt@b.co", "Walt Woo", "+49301234567", "USD")
    ]
