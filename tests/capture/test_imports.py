from __future__ import annotations

import csv
import gzip
import threading
import tracemalloc
from collections import Counter
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F, Sum

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports import ImportProblem, ImportSummary, import_file
from regard.capture.domain.imports.bulk import append_many
from regard.capture.domain.imports.uploads import import_upload, keep_upload, start_upload
from regard.capture.domain.log import EPOCH, append_events
from regard.capture.domain.partitions import ensure_partitions, month_number
from regard.capture.domain.reader import read_next
from regard.capture.models import Event, ImportRun, ParkedEvent
from regard.core.domain.stores import create_store
from regard.core.models import AuditEntry
from regard.listen import reactions as listen
from regard.listen.models import Review
from regard.profile import reactions as profile
from regard.profile.models import Customer, Order
from tests.capture.test_log import new_event
from tests.conftest import ROOT, shared_data, wait_until

pytestmark = pytest.mark.django_db
EXAMPLES = ROOT / "examples"
STAGES = (
    Stage("identify", profile.identify),
    Stage("orders", profile.project_orders),
    Stage("said", listen.project_said),
)
HEADER = "order_id,customer_id,ordered_at,total"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'transactionid'"
)


def bring(store, path: Path, kind: str = "orders", **options) -> ImportSummary:
    return import_file(store=store, kind=kind, path=path, actor="tests", **options)


def counts(summary: ImportSummary) -> tuple[int, int, int, int]:
    return summary.read, summary.added, summary.repeated, summary.rejected


def written(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def facts(store) -> list[dict]:
    return [event.body for event in Event.objects.filter(store_id=store.pk).order_by("id")]


def project(store) -> None:
    while read_next(store, reader="tests", stages=STAGES):
        pass
    assert not ParkedEvent.objects.exists()


def test_rows_become_facts_of_history_with_the_columns_guessed(store, tmp_path):
    file = written(tmp_path / "o.csv", "Order Number,Customer Email,Date,Total", "7,A@b.co,2026-01-01,12.50")

    summary = bring(store, file)

    assert counts(summary) == (1, 1, 0, 0)
    assert summary.guessed == {
        "order_id": "Order Number", "email": "Customer Email", "ordered_at": "Date", "total": "Total",
    }  # fmt: skip
    event = Event.objects.get()
    assert (event.type, event.name, event.history) == ("fact", "OrderImported", True)
    # The store is in Berlin, and the file names no zone.
    assert event.body["ordered_at"] == "2025-12-31T23:00:00Z"
    assert (event.body["total_minor"], event.body["currency"], event.body["email"]) == (1250, "EUR", "a@b.co")


def test_a_second_run_adds_nothing_and_real_repeats_stay(store, tmp_path):
    row = "1,c,2026-01-01,5"
    file = written(tmp_path / "o.csv", HEADER, row, row, "2,c,2026-01-02,5")

    assert counts(bring(store, file)) == (3, 3, 0, 0)
    assert counts(bring(store, file)) == (3, 0, 3, 0)
    written(file, HEADER, row, "2,c,2026-01-02,6")
    assert counts(bring(store, file)) == (2, 1, 1, 0)

    runs = ImportRun.objects.order_by("id").values_list("read", "added", "repeated", "rejected")
    assert list(runs) == [(3, 3, 0, 0), (3, 0, 3, 0), (2, 1, 1, 0)]
    assert not ImportRun.objects.filter(finished_at=None).exists()
    assert Counter(AuditEntry.objects.filter(store=store).values_list("action", flat=True)) == {
        "store.created": 1, "import.started": 3, "import.finished": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (",c,2026-01-01,5", "order_id", "It is empty, and every row needs it."),
        ("1,,2026-01-01,5", "customer_id, email", "All are empty; a row needs at least one of them."),
        ("1,c,01.02.2026,5", "ordered_at", "'01.02.2026' is no time; write it like 2026-01-31T09:30:00."),
        ("1,c,2226-01-01,5", "ordered_at", "It is in the future; check the year and the time zone."),
        ("1,c,2026-01-01,ten", "total", "'ten' is no number; write it like 1234.50."),
        ("1,c,2026-01-01,-5", "total", "It is '-5'; the least is 0.00."),
        ("1,c,2026-01-01", "row", "It has 3 values where the header has 4 columns."),
        ("1,c,2026-01-01,5,6", "row", "It has 5 values where the header has 4 columns."),
    ],
)
def test_a_bad_row_is_rejected_alone_and_can_be_mended_and_imported(store, tmp_path, row, field, reason):
    file = written(tmp_path / "o.csv", HEADER, "a,c,2026-01-01,5", row, "b,c,2026-01-01,5")

    summary = bring(store, file)

    assert counts(summary) == (3, 2, 0, 1)
    assert summary.rejects_path is not None
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as rejects:
        header, rejected = csv.reader(rejects)
    assert header == ["rejected_line", "rejected_field", "rejected_reason", *HEADER.split(",")]
    assert rejected == ["3", field, reason, *row.split(",")]

    mended = written(tmp_path / "m.csv", ",".join(header), f"3,{field.split(',')[0]},x,z,c,2026-01-01,5")
    assert counts(bring(store, mended)) == (1, 1, 0, 0)


def test_a_dry_run_checks_everything_and_keeps_nothing(store, tmp_path):
    file = written(tmp_path / "o.csv", HEADER, "1,c,2026-01-01,5", "2,c,2026-01-01,x")

    summary = bring(store, file, dry_run=True)

    assert counts(summary) == (2, 1, 0, 1)
    assert (Event.objects.count(), ImportRun.objects.count()) == (0, 0)
    bring(store, file)
    assert counts(bring(store, file, dry_run=True)) == (2, 0, 1, 1)


def test_a_mapping_joins_sums_translates_and_reads_local_formats(store, tmp_path):
    written(tmp_path / "people.csv", "no;mail", "1;Ä@b.co", "2;")
    written(tmp_path / "paid.csv", "order;amount", "1;1.000,50", "1;0,5", "3;7,00")
    file = written(
        tmp_path / "o.csv", "nr;shop;who;am;stand", "1;x;1;31.01.2026 09:30;zu", "2;x;9;31.01.2026 09:30;"
    )
    mapping = written(
        tmp_path / "m.toml",
        "[columns]", 'order_id = ["shop", "nr"]', 'customer_id = "who"', 'email = "people.mail"',
        'ordered_at = "am"', 'total = "paid.amount"', 'status = "stand"',
        "[constants]", 'currency = "chf"', "[values.status]", 'zu = "delivered"',
        "[formats]", 'time = "%d.%m.%Y %H:%M"', 'time_zone = "Europe/Zurich"', "decimal_comma = true",
        "[join.people]", 'file = "people.csv"', 'key = "no"', 'on = "who"',
        "[join.paid]", 'file = "paid.csv"', 'key = "order"', 'on = "nr"', 'sum = ["amount"]',
    )  # fmt: skip

    assert counts(bring(store, file, mapping=mapping)) == (2, 2, 0, 0)

    first, second = facts(store)
    assert (first["order_id"], first["email"], first["total_minor"], first["currency"]) == (
        "x/1",
        "ä@b.co",
        100_100,
        "CHF",
    )
    assert (first["status"], first["ordered_at"]) == ("delivered", "2026-01-31T08:30:00Z")
    assert (second["email"], second["total_minor"], second["status"]) == ("", None, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_delimiter_and_compression_are_found_out(store, tmp_path, encoding, delimiter):
    name = {"cp1252": "Zoë €", "latin-1": "Zoë\x81"}.get(encoding, "Zoë")  # no Windows text has that byte
    lines = [HEADER.replace("total", "name"), f"1,c,2026-01-01,{name}"]
    file = written(tmp_path / "o.csv", *(line.replace(",", delimiter) for line in lines), encoding=encoding)
    packed = tmp_path / "o.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))

    summary = bring(store, packed)

    assert [fact["name"] for fact in facts(store)] == [name]
    assert (summary.encoding, summary.encoding_fell_back) == (encoding, encoding in {"cp1252", "latin-1"})
    assert counts(bring(store, file)) == (1, 0, 1, 0)


class Interrupted(Exception):
    pass


def test_an_interrupted_run_keeps_its_chunks_and_is_finished_by_running_again(store, tmp_path):
    lines = [f"{n},c,2026-01-01,5" for n in range(11_000)]
    file = written(tmp_path / "o.csv", HEADER, *lines)

    def stop_after_two(progress) -> None:
        if progress.added == 10_000:
            raise Interrupted

    with pytest.raises(Interrupted):
        bring(store, file, progress=stop_after_two)

    broken = ImportRun.objects.get()
    assert (broken.read, broken.added, broken.finished_at) == (10_000, 10_000, None)
    assert counts(bring(store, file)) == (11_000, 11_000, 0, 0)
    assert ImportRun.objects.get().finished_at is not None


GOOD = ['order_id = "order_id"', 'customer_id = "customer_id"', 'ordered_at = "ordered_at"']

JOIN = ["[join.p]", 'key = "x"', 'on = "order_id"']


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        (["[columns"], "mapping"),
        (["[colums]"], "mapping"),
        (["[columns]", 'order = "order_id"'], "mapping columns.order"),
        (["[columns]", *GOOD, 'total = "price"'], "mapping columns.total"),
        (["[columns]", *GOOD, 'total = ["total", "order_id"]'], "mapping columns.total"),
        (["[columns]", *GOOD, "[formats]", 'time_zone = "Mars/Olympus"'], "mapping formats.time_zone"),
        (["[columns]", *GOOD[:2]], "ordered_at"),
        (["[columns]", GOOD[0], GOOD[2]], "customer_id, email"),
        (["[columns]", *GOOD, *JOIN, 'file = "o.csv"'], "mapping join.p.key"),
        (["[columns]", *GOOD, *JOIN, 'file = "no.csv"'], "file"),
        (["[columns]", *GOOD, "[constants]", 'order_id = "1"'], "mapping constants.order_id"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_before_anything_is_kept(store, tmp_path, mapping, field):
    file = written(tmp_path / "o.csv", HEADER, "1,c,2026-01-01,5")

    with pytest.raises(ImportProblem) as problem:
        bring(store, file, mapping=written(tmp_path / "m.toml", *mapping))

    assert problem.value.field == field
    assert (Event.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_an_unknown_kind_a_missing_file_and_one_that_is_no_table_are_refused(store, tmp_path):
    empty, damaged = written(tmp_path / "e.csv"), tmp_path / "d.csv.gz"
    damaged.write_bytes(gzip.compress(HEADER.encode() * 99)[:-20])
    problems = []
    for path in (tmp_path / "no.csv", empty, damaged):
        with pytest.raises(ImportProblem) as problem:
            bring(store, path)
        problems.append(problem.value.field)

    assert problems == ["file", "file", "file"]
    with pytest.raises(ImportProblem, match="kind: shoes cannot be imported; there are: "):
        bring(store, empty, kind="shoes")


@pytest.mark.django_db(transaction=True)  # what is not committed is not read
def test_the_made_up_shop_is_imported_but_for_the_rows_that_are_bad_on_purpose(store):
    orders = bring(store, EXAMPLES / "shop" / "orders.csv")
    reviews = bring(store, EXAMPLES / "shop" / "reviews.csv", kind="reviews")
    project(store)

    assert (counts(orders), counts(reviews)) == ((300, 299, 0, 1), (150, 149, 0, 1))
    assert Customer.objects.count() == 120
    assert (Order.objects.count(), Review.objects.count()) == (299, 149)
    assert not Review.objects.filter(identity=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_marketplace_is_imported_whole():
    reviews_file = shared_data("olist", "olist_order_reviews.csv.gz")
    orders_file = shared_data("olist", "olist_orders.csv.gz")
    store = create_store(slug="olist", currency="BRL", time_zone="America/Sao_Paulo", actor="tests")
    mappings = EXAMPLES / "marketplace"
    reviews = bring(store, reviews_file, kind="reviews", mapping=mappings / "reviews.toml")
    orders = bring(store, orders_file, mapping=mappings / "orders.toml")
    again = bring(store, reviews_file, kind="reviews", mapping=mappings / "reviews.toml")
    project(store)

    assert (counts(orders), counts(reviews)) == ((21_324, 21_324, 0, 0), (15_446, 15_446, 0, 0))
    assert counts(again) == (15_446, 0, 15_446, 0)
    assert (Order.objects.count(), Review.objects.count()) == (21_324, 15_446)
    assert not Review.objects.filter(identity=None).exists()
    assert Customer.objects.count() == len(buyers())
    assert Order.objects.aggregate(total=Sum("total_minor"))["total"] == paid() * 100
    assert Order.objects.filter(delivered_at__gt=F("promised_at")).count() == late_orders()
    for told in (Event, Order, Review):  # so that none of it can cause an alert or a message
        assert not told.objects.filter(history=False).exists()


def buyers() -> set[str]:
    people = {row["customer_id"]: row["customer_unique_id"] for row in rows_of("olist_customers.csv.gz")}
    return {people[row["customer_id"]] for row in rows_of("olist_orders.csv.gz")}


def paid() -> Decimal:
    known = {row["order_id"] for row in rows_of("olist_orders.csv.gz")}
    payments = rows_of("olist_order_payments.csv.gz")
    return sum((Decimal(row["payment_value"]) for row in payments if row["order_id"] in known), Decimal(0))


def late_orders() -> int:
    rows = rows_of("olist_orders.csv.gz")
    return sum(row["order_delivered_customer_date"] > row["order_estimated_delivery_date"] for row in rows)


def rows_of(name: str):
    with gzip.open(shared_data("olist", name), "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("elsewhere", ["/etc/hostname", "../secret.key", "folder/p.csv", "..", "a\\u0000b"])
def test_a_mapping_cannot_name_files_elsewhere(store, tmp_path, elsewhere):
    """The columns of a joined file are told to whoever uploads, so it must not be just any file."""
    folder = tmp_path / "upload"
    folder.mkdir()
    written(tmp_path / "secret.key", "very-secret")
    file = written(folder / "o.csv", HEADER, "1,c,2026-01-01,5")
    mapping = written(folder / "m.toml", "[columns]", *GOOD, *JOIN, f'file = "{elsewhere}"')

    with pytest.raises(ImportProblem) as problem:
        bring(store, file, mapping=mapping)

    assert problem.value.field == ("file" if elsewhere == ".." else "mapping join.p.file")
    assert "secret" not in problem.value.reason


@pytest.mark.parametrize("before", ["", f"{HEADER}\n"])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(store, tmp_path, before):
    file = tmp_path / "bomb.csv.gz"
    file.write_bytes(gzip.compress(before.encode() + b"x" * 50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(ImportProblem, match="more than 1048576 characters"):
            bring(store, file)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert Event.objects.count() == 0


@pytest.mark.parametrize("name", ["mapping.toml", ".mapping", "é" * 250 + ".csv", "", "a/b.csv"])
def test_an_upload_may_have_any_name(store, name):
    content = [f"{HEADER}\n1,c,2026-01-01,5\n".encode()]
    mapping = "\n".join(["[columns]", *GOOD, "[constants]", 'currency = "CHF"']).encode()

    folders = []
    for told in (None, mapping):
        run = keep_upload(store=store, kind="orders", name=name, content=content, mapping=told, actor="tests")
        folders.append(Path(run.upload_path).parent)
        start_upload(run, mapping=None, actor="tests")
        import_upload(run)

    assert [fact["currency"] for fact in facts(store)] == ["EUR", "CHF"]
    assert [folder.exists() for folder in folders] == [False, False]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_a_chunk_whose_rows_another_writer_brings_at_the_same_instant_is_taken_all_the_same(test_dsn, store):
    rows = [new_event(store.pk, f"m{n}") for n in range(3)]
    added: list[int] = []

    def bring_them() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                added.append(append_many(cursor, rows))
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        ensure_partitions(cursor, {month_number(rows[0].received_at)})
    with psycopg.connect(test_dsn) as other, other.cursor() as cursor:
        assert append_events(cursor, rows[:1], horizon=EPOCH) == 1
        thread = threading.Thread(target=bring_them)
        thread.start()
        wait_until(somebody_waits)
        other.commit()
        thread.join(60)
    assert added == [2]


def test_a_file_that_breaks_halfway_says_so_and_is_not_kept(store):
    rows = [f"A{n},C{n % 50},2026-01-02T10:00:00Z,5\n".encode() for n in range(6_000)]
    content = [f"{HEADER}\n".encode(), *rows, b"x" * 2_000_000, b"\n"]
    run = keep_upload(
        store=store, kind="orders", name="orders.csv", content=content, mapping=None, actor="tests"
    )
    start_upload(run, mapping=None, actor="tests")
    with pytest.raises(ImportProblem) as problem:
        import_upload(run)
    folder = Path(run.upload_path).parent
    run.refresh_from_db()
    assert (run.broken_off, run.finished_at is None) == (str(problem.value), False)
    assert run.added == 5_000  # whole chunks stay
    assert not folder.exists()


def test_a_run_that_was_killed_is_not_said_to_run_for_ever(store, tmp_path):
    path = written(tmp_path / "orders.csv", HEADER, "A1,C1,2026-01-02T10:00:00Z,5")
    killed = ImportRun.objects.create(store=store, kind="orders", file_name="orders.csv", actor="tests")
    bring(store, path)
    killed.refresh_from_db()
    assert killed.finished_at is not None
    assert "interrupted" in killed.broken_off
    assert ImportRun.objects.get(broken_off="").added == 1
