"""Lists, counts and exports of many customers: what they read is checked by PostgreSQL's own plans."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.profile.histories import call, tell
from tests.query_plans import plan_of

from regard.core.models import Store
from regard.profile.domain.finding import find_customer
from regard.profile.domain.segments import ask, counting, exporting
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.segments.counting import (
    SegmentCount,
    count_segment,
    count_text,
    count_while_typing,
    counts_of_segments,
)
from regard.profile.domain.segments.exporting import export_segment
from regard.profile.domain.tags import tag_customers
from regard.profile.models import Customer
from regard.score.models import CustomerFeatures

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 1, tzinfo=UTC)
HEADS = ("last_seen", "name", "health", "orders", "spent")  # of the columns that sort the list
FEATURES = (
    "priced_orders", "refunds", "cancelled_orders", "troubled_orders", "deliveries", "late_deliveries", "reviews",
    "answers", "nps_answers", "support_answers", "product_answers", "digest", "revision",
)  # fmt: skip


def add_many(store: Store, number: int) -> list[int]:
    """Customers with features and health; several share a name, a number of orders and a health."""
    made = Customer.objects.bulk_create(
        Customer(
            store=store,
            name=f"Name {n % 7}" if n % 5 else "",
            first_seen_at=START,
            last_seen_at=START + timedelta(minutes=n),
        )
        for n in range(number)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO score_customerfeatures
                (store_id, customer_id, orders, spent_minor, {", ".join(FEATURES)}, computed_at)
            SELECT store_id, id, id %% 4, nullif(id %% 9, 0) * 100, {", ".join("0" for _ in FEATURES)}, now()
            FROM profile_customer WHERE store_id = %s""",
            [store.pk],
        )
        cursor.execute(
            """INSERT INTO score_score (store_id, name, subject_type, subject_id, value, band, coverage, history,
                input_values, weights_version, digest, computed_at)
            SELECT store_id, 'health', 'customer', id, id %% 10, 'health:lost',
                CASE id %% 6 WHEN 0 THEN 20 ELSE 80 END, FALSE, '{}', 1, 1, now()
            FROM profile_customer WHERE store_id = %s""",
            [store.pk],
        )
        cursor.execute("ANALYZE")
    return [customer.pk for customer in made]


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("minus", ["", "-"])
def test_each_order_of_the_list_walks_along_an_index(store, monkeypatch, name, minus):
    add_many(store, 300)
    plans: list[str] = []
    fetch = ask.fetch_rows

    def explained(statement, values):
        plans.append(plan_of(statement, values))
        return fetch(statement, values)

    monkeypatch.setattr(ask, "fetch_rows", explained)
    with connection.cursor() as cursor:  # what a large store's size does
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    first = customers_in_segment(store=store, order=minus + name, limit=20)
    customers_in_segment(store=store, order=minus + name, limit=20, cursor=first.next_cursor)

    assert len(plans) == (3 if (minus, name) == ("", "orders") else 2)  # who has no features has the fewest
    for plan in plans:
        assert "Sort" not in plan
        assert "Seq Scan" not in plan
    assert "ROW(" in next(line for line in plans[-1].splitlines() if "Index Cond" in line)


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("minus", ["", "-"])
def test_each_order_shows_everybody_once(store, other_store, name, minus):
    everybody = add_many(store, 60)
    add_many(other_store, 3)
    seen, cursor = [], ""
    while True:
        page = customers_in_segment(store=store, order=minus + name, cursor=cursor, limit=7)
        seen += [customer.pk for customer in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(seen) == everybody


@pytest.mark.parametrize("minus", ["", "-"])
def test_who_has_no_orders_stands_where_none_are(store, minus):
    everybody = add_many(store, 40)
    without = everybody[::3]
    CustomerFeatures.objects.filter(customer_id__in=without).delete()
    orders = dict(CustomerFeatures.objects.filter(store=store).values_list("customer_id", "orders"))
    seen, cursor = [], ""
    while cursor or not seen:
        page = customers_in_segment(store=store, order=minus + "orders", cursor=cursor, limit=7)
        seen += [customer.pk for customer in page.rows]
        cursor = page.next_cursor
    shown = [orders.get(pk, 0) for pk in seen]
    assert (sorted(seen), shown) == (everybody, sorted(shown, reverse=bool(minus)))


def test_many_are_counted_by_a_sample_and_that_is_said(store, monkeypatch):
    assert count_while_typing(store, "orders = 1") == SegmentCount(0)

    monkeypatch.setattr(counting, "COUNTED_SOON", 10)
    monkeypatch.setattr(counting, "SAMPLE", 50)
    add_many(store, 403)
    counted = count_while_typing(store, "orders <= 2")
    assert counted is not None
    assert not counted.exact
    assert 150 < counted.count < 600  # 302, of which about fifty are looked at
    assert counted.count % 10 == 0
    assert counts_of_segments(store, ["orders <= 2"]) == {
        "orders <= 2": str(count_segment(store, "orders <= 2"))
    }
    assert count_while_typing(store, "") == SegmentCount(403)
    assert count_text(SegmentCount(212_345)) == "212,345"


def test_an_export_is_one_statement_however_many_there_are(store, monkeypatch):
    everybody = add_many(store, 25)
    monkeypatch.setattr(exporting, "AT_ONCE", 10)
    with CaptureQueriesContext(connection) as queries:
        rows = list(export_segment(store=store, text="orders >= 0", anonymous=False, actor="tests"))

    assert [int(row[0]) for row in rows[1:]] == everybody
    asked = [query["sql"] for query in queries if "profile_customer" in query["sql"]]
    assert [sql.partition(" ")[0] for sql in asked] == ["DECLARE"]
    fetched = [query["sql"] for query in queries if query["sql"].startswith("FETCH 10 ")]
    assert len(fetched) == 4  # 10, 10, 5, none
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE 'export%'")
        assert cursor.fetchone() == (0,)


def exported(store: Store) -> dict[str, str]:
    head, row = export_segment(store=store, text="", anonymous=False, actor="tests")
    return dict(zip(head, row, strict=True))


def test_an_export_tells_each_number_as_spreadsheets_read_it(store):
    [customer] = add_many(store, 1)
    CustomerFeatures.objects.filter(customer=customer).update(
        orders=7, spent_minor=36_499, priced_orders=7, last_rating=Decimal("3.50")
    )
    told = exported(store)
    assert (told["average_order"], told["spent"], told["orders"]) == ("52.14", "364.99", "7")
    assert (told["rating"], told["nps"]) == ("3.5", "")


def test_several_values_in_a_cell_of_an_export_can_be_told_apart(store):
    tell(store, call(store, user="u1"))
    for tag in ("a|b", "c\\", "Tea, green"):
        tag_customers(store, [find_customer(store, "u1").pk], tag, actor="tests")
    assert exported(store)["tags"] == r"Tea, green | a\|b | c\\"


def test_money_without_decimal_places_is_exported_without(store):
    [customer] = add_many(store, 1)
    Store.objects.filter(pk=store.pk).update(currency="JPY")
    store.refresh_from_db()
    CustomerFeatures.objects.filter(customer=customer).update(spent_minor=9_801, priced_orders=2)
    assert exported(store)["average_order"] == "4901"


def test_an_export_reads_a_table_once_for_all_fields_of_it(store):
    add_many(store, 3)
    with CaptureQueriesContext(connection) as queries:
        list(export_segment(store=store, text="", anonymous=False, actor="tests"))
    [declared] = [query["sql"] for query in queries if query["sql"].startswith("DECLARE")]
    plan = plan_of(declared[declared.index(" FOR ") + 5 :], None)
    scans = re.findall(r"Scan.* on (\w+)", plan)
    read = {"profile_orderline": 1, "profile_consent": 1, "profile_customertag": 1}
    read["desk_ticket"] = 2  # for the tickets, and for whose the understood texts are
    assert {table: scans.count(table) for table in read} == read


def test_an_export_given_up_leaves_nothing_behind(store):
    add_many(store, 3)
    rows = export_segment(store=store, text="", anonymous=True, actor="tests")
    assert next(rows)[0] == "customer"
    assert len(next(rows)[0]) == 16
    rows.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE 'export%'")
        assert cursor.fetchone() == (0,)
