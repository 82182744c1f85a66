"""The lake follows whatever changes in PostgreSQL, and a kill leaves it whole."""

from __future__ import annotations

import re
from datetime import timedelta

import duckdb
import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from regard import pipeline
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.imports.undo import begin_undo
from regard.capture.domain.reader import read_next
from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.registry import lake_sources
from regard.lake.domain import refresh
from regard.lake.domain.extract import unmet
from regard.lake.domain.files import folder_of, read_list
from regard.lake.domain.reading import open_lake
from regard.lake.domain.refresh import has_changes, refresh_lake
from regard.lake.domain.tables import TABLES
from regard.lake.models import LakeChange
from regard.profile.domain.import_undo import undo_import
from regard.profile.domain.merging import merge_customers, undo_decision
from regard.profile.domain.personal_data import erase_customer
from regard.profile.models import Customer, Identity, Order
from tests.conftest import ROOT
from tests.score.people import NOW, days_ago, new_customer, new_order, new_review

from .following import assert_follows, lake_rows

pytestmark = pytest.mark.django_db(transaction=True)  # what is not committed is not read

FILES = {
    "orders": "order_id,ordered_at,customer_id,total,refunded,promised_at,delivered_at,currency\n"
    "f1,2026-01-31T23:30:00Z,u1,80,20,2026-02-05,2026-02-07,EUR\n"
    "f2,2026-02-03,u2,40,,,,USD\n",
    "order_lines": "order_id,ordered_at,customer_id,product_id,price,quantity\n"
    "f1,2026-01-31T23:30:00Z,u1,p9,40,2\n",
    "shipments": "shipment_id,order_id,carrier,shipped_at,delivered_at\nfs1,f1,DHL,2026-02-02,2026-02-07\n",
    "reviews": "review_id,rating,reviewed_at,customer_id,product_id\nfr1,2,2026-02-16,u1,p9\n",
    "answers": "response_id,measure,value,lowest,highest,answered_at,customer_id\n"
    "fa1,csat,4,1,5,2026-02-17,u1\n",
    "tickets": "ticket_id,opened_at,first_reply_at,solved_at,customer_id\n"
    "ft1,2026-02-01,2026-02-02,2026-02-03,u1\n",
}


def bring(store, folder, files=FILES) -> dict[str, int]:
    runs = {}
    for kind, text in files.items():
        path = folder / f"{kind}-{len(text)}.csv"
        path.write_text(text)
        import_file(store=store, kind=kind, path=path, actor="tests")
        runs[kind] = ImportRun.objects.latest("id").pk
    project(store)
    return runs


def project(store) -> None:
    while read_next(store, reader=pipeline.READER, stages=pipeline.STAGES):
        pass


def test_every_source_tells_what_its_table_has():
    assert sorted(lake_sources.names()) == sorted(TABLES)
    assert [source.name for source in lake_sources if unmet(source, TABLES[source.name])] == []


def test_days_and_amounts_are_the_stores(store, tmp_path):
    bring(store, tmp_path)
    refresh_lake(store)
    first, second = lake_rows(store, "orders")
    assert (first["ordered_on"].isoformat(), first["total_minor"], first["refunded_minor"]) == (
        "2026-02-01", 8_000, 2_000,
    )  # fmt: skip
    assert (second["total_minor"], second["currency"]) == (None, "USD")
    assert_follows(store)


def test_changes_are_followed_and_nothing_else_is_written(store, tmp_path):
    bring(store, tmp_path)
    refresh_lake(store)
    assert not has_changes(store)
    assert refresh_lake(store).buckets == 0

    Order.objects.filter(external_id="f2").update(status="cancelled")
    assert has_changes(store)
    done = refresh_lake(store)
    assert (done.buckets, done.rows) == (1, 2)
    assert [row["is_purchase"] for row in lake_rows(store, "orders")] == [True, False]


def test_merging_and_its_undo_move_facts_by_the_identities_alone(store):
    ada, bob = new_customer(store), new_customer(store)
    for customer in (ada, bob):
        Identity.objects.filter(customer=customer).update(own_customer=customer)
        new_order(customer, NOW)
    refresh_lake(store)
    assert owners(store) == [ada.pk, bob.pk]

    kept = merge_customers(store=store, first=ada.pk, second=bob.pk, force=True, actor="tests")
    assert refresh_lake(store).buckets == 2  # of identities, and of customers, of whom there is one less
    assert owners(store) == [kept, kept]

    merged = Identity.objects.get(store=store, by_hand=True)
    undo_decision(store=store, identity_id=merged.pk, actor="tests")
    refresh_lake(store)
    assert owners(store) == [ada.pk, bob.pk]
    assert_follows(store)


def owners(store) -> list[int]:
    with open_lake(store) as lake:
        return [row["customer_id"] for row in lake.rows_of(lake.table("orders").order_by("id"))]


TOLD_COUNTRIES = {
    "Deutschland": "DE", "fr": "FR", "great britain": "GB", "Großbritannien": "GB", "UK": "GB",
    " Österreich ": "AT", "ee": "EE", "Estonia": "Estonia", "": "", "x{}%": "x{}%",
}  # fmt: skip


def test_countries_are_known_by_their_codes(store):
    people = [new_customer(store).pk for _told in TOLD_COUNTRIES]
    for number, told in zip(people, TOLD_COUNTRIES, strict=True):
        Customer.objects.filter(pk=number).update(attributes={"address": {"country": told}})
    refresh_lake(store)
    assert [row["country"] for row in lake_rows(store, "customers")] == list(TOLD_COUNTRIES.values())
    Customer.objects.filter(pk=people[0]).update(
        attributes={"country": "Chile", "address": {"country": "DE"}}
    )
    assert refresh_lake(store).buckets == 1
    assert lake_rows(store, "customers")[0]["country"] == "Chile"


def test_seeing_somebody_again_is_no_change(store):
    new_customer(store)
    refresh_lake(store)
    Identity.objects.filter(store=store).update(last_seen_at=NOW, name="Ada L.")
    assert not has_changes(store)


def test_an_erased_person_leaves_figures_and_nothing_else(store, tmp_path):
    bring(store, tmp_path)
    refresh_lake(store)
    customer = Identity.objects.get(store=store, value="u1").customer_id
    erase_customer(store=store, customer_id=customer, actor="tests")
    refresh_lake(store)
    assert [row["is_erased"] for row in lake_rows(store, "identities")] == [True, False]
    assert [row["carrier"] for row in lake_rows(store, "shipments")] == [""]
    assert [row["total_minor"] for row in lake_rows(store, "orders")] == [8_000, None]
    assert_follows(store)


def test_an_import_that_is_taken_back_leaves_the_lake(store, tmp_path):
    runs = bring(store, tmp_path)
    refresh_lake(store)
    for kind in ("tickets", "answers", "reviews", "shipments", "order_lines", "orders"):
        run = ImportRun.objects.get(pk=runs[kind])
        begin_undo(run, actor="tests")
        undo_import(run, stages=pipeline.STAGES)
        refresh_lake(store)
        assert_follows(store)
    assert {name: lake_rows(store, name) for name in TABLES} == {name: [] for name in TABLES}


def test_stores_are_kept_apart(store, other_store):
    for one in (store, other_store):
        new_order(new_customer(one), NOW, currency=one.currency)
    refresh_lake(store)
    assert len(lake_rows(store, "orders")) == 1
    assert has_changes(other_store)
    refresh_lake(other_store)
    assert_follows(store)
    assert_follows(other_store)


def test_what_rows_are_made_of_may_change(store):
    new_order(new_customer(store), NOW.replace(hour=23))
    refresh_lake(store)
    assert lake_rows(store, "orders")[0]["ordered_on"].isoformat() == "2026-11-02"
    store.time_zone = "America/New_York"
    store.save()
    refresh_lake(store)
    assert lake_rows(store, "orders")[0]["ordered_on"].isoformat() == "2026-11-01"


class KilledError(Exception):
    pass


@pytest.mark.parametrize("moment", ["swap_list", "write_bucket", "FORGET"])
def test_a_killed_refresh_loses_nothing(store, monkeypatch, moment):
    customer = new_customer(store)
    new_order(customer, days_ago(9))
    refresh_lake(store)
    new_order(customer, days_ago(1))
    new_review(customer, days_ago(1), 5)

    def killed(*_args: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        if moment == "swap_list":
            patch.setattr(refresh, "swap_list", killed)
        elif moment == "write_bucket":
            patch.setattr(refresh.Extract, "write_bucket", killed)
        else:  # the new list counts already, the database has not noted it
            patch.setattr(refresh, "FORGET", "SELECT 1 / 0, %s")
        with pytest.raises(Exception):  # noqa: B017, PT011 - each moment has its own
            refresh_lake(store)
    assert len(lake_rows(store, "orders")) == (2 if moment == "FORGET" else 1)
    assert LakeChange.objects.filter(store=store).exists()

    refresh_lake(store)
    assert_follows(store)
    listed, folder = read_list(folder_of(store)), folder_of(store)
    counting = {kept.name for buckets in listed.files.values() for kept in buckets.values()}
    assert {path.name for path in folder.glob("*.parquet")} == counting | set(listed.leaving)


def test_files_of_another_age_than_the_database_are_made_anew(store, lake_folder):
    customer = new_customer(store)
    new_order(customer, days_ago(9))
    refresh_lake(store)
    old = {path.name: path.read_bytes() for path in folder_of(store).iterdir()}
    for days in (3, 2):
        new_order(customer, days_ago(days))
        refresh_lake(store)
    for path in folder_of(store).iterdir():
        path.unlink()
    for name, content in old.items():
        (folder_of(store) / name).write_bytes(content)
    assert has_changes(store)
    refresh_lake(store)
    assert_follows(store)


def test_readers_keep_the_files_that_they_began_with(store):
    customer = new_customer(store)
    new_order(customer, days_ago(9))
    with clock.set_to(NOW):
        refresh_lake(store)
        with open_lake(store) as lake:
            new_order(customer, days_ago(1))
            refresh_lake(store)
            assert len(lake.rows_of(lake.table("orders"))) == 1
    assert len(list(folder_of(store).glob("orders-*"))) == 2
    with clock.set_to(NOW + timedelta(minutes=9)):
        assert not has_changes(store)


def test_files_that_count_no_more_go_though_nothing_changes(store):
    customer = new_customer(store)
    with clock.set_to(NOW):
        for days in (9, 1):
            new_order(customer, days_ago(days))
            refresh_lake(store)
    with clock.set_to(NOW + timedelta(minutes=11)):
        run_jobs()
        assert [path.name for path in folder_of(store).glob("orders-*")] == [
            kept.name for kept in read_list(folder_of(store)).files["orders"].values()
        ]
        assert not has_changes(store)


def run_jobs() -> None:
    """What a minute brings."""
    from regard.lake import jobs

    jobs.refresh_all_stores(0)
    for job in ProcrastinateJob.objects.filter(task_name="lake.refresh_store"):
        jobs.refresh_store(**job.args)


def test_a_moved_time_zone_is_followed_without_any_change(store):
    new_order(new_customer(store), NOW.replace(hour=23))
    refresh_lake(store)
    assert not has_changes(store)
    store.time_zone = "America/New_York"
    store.save()
    run_jobs()
    assert lake_rows(store, "orders")[0]["ordered_on"].isoformat() == "2026-11-01"


def test_a_source_that_was_gone_meanwhile_is_made_anew_for_all_stores(store, other_store):
    for one in (store, other_store):
        new_order(new_customer(one), NOW, currency=one.currency)
        refresh_lake(one)
    with connection.cursor() as cursor:  # as a version does that does not know the source
        cursor.execute("DROP TRIGGER lake_orders_update ON profile_order")
    Order.objects.update(status="cancelled")
    refresh_lake(store)
    run_jobs()
    assert_follows(store)
    assert_follows(other_store)


def test_reading_leaves_nothing_behind(store, lake_folder):
    with open_lake(store) as lake:
        assert lake.rows_of(lake.table("orders")) == []
        assert len(list((lake_folder / "spilled").iterdir())) == 1
    assert list((lake_folder / "spilled").iterdir()) == []
    with pytest.raises(duckdb.ConnectionException):
        lake.rows_of(lake.table("lines"))


def test_every_minute_stores_with_changes_are_refreshed(store, other_store):
    refresh_lake(other_store)
    app.configure_task("lake.refresh_all_stores").defer(timestamp=0)
    from regard.lake import jobs

    jobs.refresh_all_stores(0)
    jobs.refresh_all_stores(0)
    waiting = ProcrastinateJob.objects.filter(task_name="lake.refresh_store")
    assert [job.args for job in waiting] == [{"store_id": store.pk}]
    jobs.refresh_store(store.pk)
    assert owners(store) == []


def test_triggers_of_sources_that_are_gone_go(store):
    refresh_lake(store)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER lake_gone_insert AFTER INSERT ON profile_order REFERENCING NEW TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION lake_note_rows('gone')"
        )
    refresh_lake(store)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'lake_gone_insert'")
        assert cursor.fetchone() == (0,)


def test_customers_without_facts_are_no_trouble(store):
    assert Customer.objects.count() == 0
    assert refresh_lake(store).rows == 0
    assert_follows(store)


def test_the_documented_query_counts_rows_once(store, lake_folder, monkeypatch):
    customer = new_customer(store)
    for days in (9, 8):
        new_order(customer, days_ago(days))
        refresh_lake(store)
    assert len(list(folder_of(store).glob("orders-*"))) == 2
    monkeypatch.chdir(lake_folder.parent)
    [told] = re.findall(r"```sql\n(.+?)```", (ROOT / "docs" / "lake.md").read_text(), re.DOTALL)
    with duckdb.connect() as reader:
        rows = reader.execute(told.replace("lake/1/", f"lake/{store.pk}/")).fetchall()
    assert [revenue for _month, revenue in rows] == [100]


def test_the_documentation_lists_the_tables():
    page = (ROOT / "docs" / "lake.md").read_text()
    assert [(table.name, table.grain) for table in TABLES.values()] == re.findall(
        r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE
    )
