"""After an undo everything is as if the file had never been imported."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection, models
from procrastinate.jobs import Job

from regard import pipeline
from regard.capture.domain.imports import ImportProblem, sharing
from regard.capture.domain.imports.runs import STORE_LOCK, RunBusyError
from regard.capture.domain.imports.sharing import hand_over, runs_that_hold_too
from regard.capture.domain.imports.undo import begin_undo, can_undo
from regard.capture.domain.reader import read_next
from regard.capture.jobs import UNTIL_FREE
from regard.capture.models import Event, ImportRun, ImportState, ParkedEvent
from regard.cli.main import main
from regard.core.domain.stores import create_store
from regard.core.models import AuditEntry
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.profile.domain import import_undo, product_retelling
from regard.profile.domain.import_undo import undo_import
from regard.profile.domain.products import project_products
from regard.profile.domain.rebuild import replay_store
from regard.profile.models import (
    Customer,
    CustomerEvent,
    Identity,
    Order,
    OrderFollower,
    OrderLine,
    Product,
    Refund,
    Shipment,
    TrackingStep,
)
from tests.capture.test_imports import HEADER, bring, counts, written
from tests.profile.histories import append, call

pytestmark = pytest.mark.django_db(transaction=True)  # what is not committed is not read
OWN = {"id", "store", "customer", "identity", "event_id", "own_customer", "owner", "told", "described_at"}


def project(store) -> None:
    while read_next(store, reader=pipeline.READER, stages=pipeline.STAGES):
        pass
    assert not ParkedEvent.objects.exists()


def take_back(run_id: int | None) -> ImportRun:
    run = ImportRun.objects.select_related("store").get(pk=run_id)
    begin_undo(run, actor="ana")
    undo_import(run, stages=pipeline.STAGES)
    run.refresh_from_db()
    return run


def told(store) -> dict[str, list]:
    """What is kept of a store, without the ids that a second store cannot share."""
    return {
        model.__name__: sorted(map(str, rows_of(model, store)))
        for model in (Customer, Identity, Order, OrderLine, Review)
    }


def rows_of(model: type[models.Model], store) -> list[tuple]:
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in OWN and not field.name.endswith("_at")
    ]
    return list(model.objects.filter(store=store).values_list(*names))


def first_file(folder: Path) -> Path:
    lines = [f"A{n},c{n % 5},2026-01-{n % 28 + 1:02d},5" for n in range(20)]
    return written(folder / "first.csv", HEADER, *lines)


def second_file(folder: Path) -> Path:
    """Of customers and orders that the first knows, of others, and the same rows once more."""
    lines = [f"A{n},c{n % 7},2026-02-{n % 28 + 1:02d},{n}" for n in range(10, 40)]
    shared = first_file(folder).read_text().splitlines()[1:4]
    return written(folder / "second.csv", HEADER, *lines, *shared)


@pytest.mark.parametrize("chunk", [3, 5_000])
def test_what_was_imported_is_as_if_it_never_had_been(store, tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(import_undo, "EVENTS_AT_A_TIME", chunk)
    never = create_store(slug="never", currency="EUR", time_zone="Europe/Berlin", actor="tests")
    for each in (store, never):
        bring(each, first_file(tmp_path))
    project(never)
    project(store)
    assert told(store) == told(never)
    second = bring(store, second_file(tmp_path))
    lines = written(
        tmp_path / "l.csv", "order_id,ordered_at,title", "A1,2026-01-02,Belt", "A99,2026-01-02,Hat"
    )
    third = bring(store, lines, kind="order_lines")
    project(store)
    assert told(store) != told(never)

    runs = [take_back(third.run_id), take_back(second.run_id)]

    assert [(run.state, run.undone, run.undone_by) for run in runs] == [
        ("undone", 2, "ana"),
        ("undone", 30, "ana"),
    ]
    assert second.repeated == 3
    assert Event.objects.filter(store_id=store.pk).count() == 20
    for name, rows in told(store).items():
        assert rows == told(never)[name], name
    events = CustomerEvent.objects.filter(store=store).values_list("event_id", flat=True)
    assert set(events) == set(Event.objects.filter(store_id=store.pk).values_list("id", flat=True))
    actions = (
        AuditEntry.objects.filter(store=store, actor="ana").order_by("id").values_list("action", flat=True)
    )
    assert list(actions) == ["import.undo_started", "import.undone"] * 2

    assert counts(bring(store, second_file(tmp_path))) == (33, 30, 3, 0)
    project(store)
    assert told(store) != told(never)


def test_an_undo_that_was_cut_off_goes_on(store, tmp_path, monkeypatch):
    monkeypatch.setattr(import_undo, "EVENTS_AT_A_TIME", 1)
    run_id = bring(store, first_file(tmp_path)).run_id
    project(store)
    run = ImportRun.objects.select_related("store").get(pk=run_id)
    begin_undo(run, actor="ana")

    def stop(_undone: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(run, stages=pipeline.STAGES, progress=stop)
    assert 0 < Event.objects.count() < 20
    begin_undo(run, actor="ana")  # begun already: nothing new
    undo_import(run, stages=pipeline.STAGES)
    assert (Event.objects.count(), Order.objects.count(), Customer.objects.count()) == (0, 0, 0)
    run.refresh_from_db()
    assert (run.state, run.undone) == ("undone", 20)


def test_what_the_pipeline_has_not_read_yet_is_taken_back_too(store, tmp_path):
    run_id = bring(store, first_file(tmp_path)).run_id
    take_back(run_id)
    project(store)
    assert (Event.objects.count(), Customer.objects.count()) == (0, 0)


def test_what_cannot_be_taken_back_says_so(store, tmp_path):
    bring(store, first_file(tmp_path))
    again = ImportRun.objects.get(pk=bring(store, first_file(tmp_path)).run_id)
    assert not can_undo(again)
    with pytest.raises(ImportProblem, match="it is Finished, or added nothing"):
        begin_undo(again, actor="ana")
    again.state = ImportState.UNDONE
    assert not can_undo(again)


def products_of(store) -> list[tuple]:
    told = Product.objects.filter(store=store).order_by("external_id")
    return list(told.values_list("external_id", "title", "brand", "price_minor"))


def test_an_import_of_products_is_taken_back(store, tmp_path):
    item = {"product_id": "b", "name": "Belt", "price": 9}
    append([
        call(store, hour=1, user="c1", name="Product Viewed", properties=item),
        call(store, hour=2, user="c1", name="Order Completed",
             properties={"order_id": "o1", "products": [{"sku": "h", "name": "Hat"}, item]}),
    ])  # fmt: skip
    lines = written(tmp_path / "l.csv", "order_id,ordered_at,product_id,title", "o2,2026-01-02,s,Sock")
    by_lines = bring(store, lines, kind="order_lines").run_id
    project(store)
    before = products_of(store)
    assert before == [("b", "Belt", "", 900), ("h", "Hat", "", None), ("s", "Sock", "", None)]
    catalogue = ["b,Gürtel,Rot,12,2026-11-01", "h,Hut,,,2026-11-01", "x,New,,5,2026-11-01"]
    file = written(tmp_path / "p.csv", "product_id,title,brand,price,updated_at", *catalogue)
    run_id = bring(store, file, kind="products").run_id
    project(store)
    assert len(products_of(store)) == 4

    assert take_back(run_id).undone == 3

    assert products_of(store) == before
    take_back(by_lines)
    assert products_of(store) == before[:2]


def live_order(store) -> None:
    """An order and a ticket of one customer, of which a partner's events tell too."""
    partner = {"user": "p", "browser": "b7"}
    parcel = {"order_id": "o1", "shipment_id": "S", "status": "shipped"}
    append([
        call(store, hour=1, user="c1", name="Order Completed", properties={"order_id": "o1", "total": 50}),
        call(store, hour=2, name="Order Updated", properties={"order_id": "o1", "status": "packed"}, **partner),
        call(store, hour=3, name="Order Refunded", properties={"order_id": "o1", "total": 5}, **partner),
        call(store, hour=4, name="Shipment Updated", properties=parcel, **partner),
        call(store, hour=5, user="c1", name="Ticket Opened", properties={"ticket_id": "t1"}),
        call(store, hour=6, name="Ticket Answered", properties={"ticket_id": "t1", "agent": "Bo"}, **partner),
        call(store, hour=7, name="Ticket Escalated", properties={"ticket_id": "t1", "agent": "Al"}),
    ])  # fmt: skip


def kept(store) -> list[str]:
    """All that is kept of orders and tickets, but for the ids of rows."""
    models_ = (Order, OrderLine, Refund, Shipment, TrackingStep, OrderFollower, Ticket, Review, Response)
    rows = [
        (model.__name__, *(value for name, value in row.items() if name != "id"))
        for model in models_
        for row in model._default_manager.filter(store=store).values()
    ]
    return sorted(map(str, rows))


def test_what_others_told_of_an_order_stays_when_its_customer_is_formed_anew(store, tmp_path):
    live_order(store)
    project(store)
    before, customers = kept(store), told(store)["Customer"]
    reviews = written(tmp_path / "r.csv", "review_id,reviewed_at,customer_id,rating", "r1,2026-01-01,c1,1")
    run_id = bring(store, reviews, kind="reviews").run_id
    project(store)
    assert kept(store) != before

    take_back(run_id)

    assert (kept(store), told(store)["Customer"]) == (before, customers)


def unknown_order(store) -> None:
    """Of an order that nobody knows, and of its parcel, ticket and review."""
    append([
        call(store, hour=1, name="Shipment Updated", properties={"order_id": "o7", "status": "shipped"}),
        call(store, hour=2, name="Ticket Opened", properties={"order_id": "o7", "ticket_id": "t1"}),
        call(store, hour=3, name="Review Submitted",
             properties={"order_id": "o7", "review_id": "r0", "rating": 4}),
    ])  # fmt: skip


def bring_waiting(store, folder: Path) -> list[int | None]:
    """A file each of tickets, reviews and answers that name an unknown order and nobody."""
    tickets = "ticket_id,opened_at,order_id,subject,solved_at"
    answers = "response_id,answered_at,order_id,measure,value"
    files = {
        "tickets": [tickets, "t1,2026-01-01,o7,help,2026-12-01", "t2,2026-01-01,o7,help,2026-01-03"],
        "reviews": ["review_id,reviewed_at,order_id,rating", "r1,2026-01-01,o7,1"],
        "answers": [answers, "a1,2026-01-01,o7,nps,9"],
    }
    return [
        bring(store, written(folder / f"{kind}.csv", *lines), kind=kind).run_id
        for kind, lines in files.items()
    ]


def test_what_waits_for_an_unknown_order_is_taken_back(store, tmp_path):
    unknown_order(store)
    project(store)
    before = kept(store)
    assert "Ticket" in str(before)
    runs = bring_waiting(store, tmp_path)
    project(store)
    assert (Ticket.objects.count(), Review.objects.count(), Response.objects.count()) == (2, 2, 1)

    for run_id in runs:
        take_back(run_id)

    assert kept(store) == before


def test_what_waits_for_an_unknown_order_is_formed_anew_by_a_replay(store, tmp_path):
    unknown_order(store)
    bring_waiting(store, tmp_path)
    project(store)
    gone = Event.objects.filter(store_id=store.pk, name__in=["TicketImported", "ReviewImported"])
    gone.delete()
    replay_store(store=store, reader=pipeline.READER, actor="ana")
    assert kept(store) == []
    project(store)
    assert (Ticket.objects.count(), Review.objects.count(), Response.objects.count()) == (1, 1, 1)
    assert Shipment.objects.get().order_external_id == "o7"


def test_what_a_later_file_holds_too_is_left_to_it(store, tmp_path):
    never = create_store(slug="never", currency="EUR", time_zone="Europe/Berlin", actor="tests")
    bring(never, second_file(tmp_path))
    first = bring(store, first_file(tmp_path))
    second = bring(store, second_file(tmp_path))
    run = ImportRun.objects.get(pk=first.run_id)
    assert [other.pk for other in runs_that_hold_too(run)] == [second.run_id]
    assert runs_that_hold_too(ImportRun.objects.get(pk=second.run_id)) == []
    project(store)
    project(never)

    run = take_back(first.run_id)

    assert (run.added, run.undone, run.handed_over) == (20, 17, 3)
    assert told(store) == told(never)
    heir = ImportRun.objects.get(pk=second.run_id)
    assert (heir.added, heir.repeated) == (33, 0)
    handed = AuditEntry.objects.filter(store=store, action="import.handed_over").values_list(
        "target", flat=True
    )
    assert list(handed) == ["second.csv"]
    assert take_back(second.run_id).undone == 33
    assert (Event.objects.filter(store_id=store.pk).count(), told(store)["Customer"]) == (0, [])


def test_what_three_files_hold_goes_with_the_last_of_them(store, tmp_path):
    runs = [bring(store, first_file(tmp_path)).run_id for _ in range(3)]
    assert [other.pk for other in runs_that_hold_too(ImportRun.objects.get(pk=runs[0]))] == runs[1:]
    left = []
    for run_id in runs:
        take_back(run_id)
        left.append(Event.objects.count())
    assert left == [20, 20, 0]


def test_thousands_of_scattered_facts_are_handed_over_in_moments(store, tmp_path, monkeypatch):
    monkeypatch.setattr(sharing, "IDS_AT_A_TIME", 1_000)
    lines = [f"o{n},c{n},2026-01-01,5" for n in range(4_000)]
    run = ImportRun.objects.get(pk=bring(store, written(tmp_path / "a.csv", HEADER, *lines)).run_id)
    second = bring(store, written(tmp_path / "b.csv", HEADER, *lines[::2]))

    with connection.cursor() as cursor:  # the planner knows nothing of the tables yet
        cursor.execute("SET statement_timeout = '2s'")
        assert [other.pk for other in runs_that_hold_too(run)] == [second.run_id]
        hand_over(run)
        cursor.execute("RESET statement_timeout")

    run.refresh_from_db()
    heir = ImportRun.objects.get(pk=second.run_id)
    assert (run.handed_over, heir.added, heir.repeated) == (2_000, 2_000, 0)
    assert (heir.first_event_id, heir.last_event_id) == (run.first_event_id, run.last_event_id - 1)
    assert Event.objects.filter(import_id=second.run_id).count() == 2_000


def test_an_event_that_tells_of_no_product_any_more_does_not_stop_an_undo(store, tmp_path, monkeypatch):
    def read_all_but_one(batch):
        if any(event.body["properties"]["name"] == "Cup" for event in batch.events):
            raise ValueError("cannot be read")
        project_products(batch)

    views = [("p1", "Ring"), (" p2\u00a0", "Cup"), (" p3\t", "Hat")]  # blanks are no part of an id
    append([
        call(store, user="u", hour=hour, name="Product Viewed", properties={"product_id": told, "name": name})
        for hour, (told, name) in enumerate(views)
    ])  # fmt: skip
    lines = [f"p{number},Band" for number in (1, 2, 3, 4)]
    run_id = bring(store, written(tmp_path / "p.csv", "product_id,title", *lines), kind="products").run_id
    project(store)
    monkeypatch.setattr(product_retelling, "project_products", read_all_but_one)

    assert take_back(run_id).state == ImportState.UNDONE

    assert sorted(Product.objects.values_list("external_id", "title")) == [("p1", "Ring"), ("p3", "Hat")]
    [parked] = ParkedEvent.objects.all()
    assert (parked.stage, parked.error) == ("products", "cannot be read")


def test_a_job_waits_for_another_import_however_long_that_takes():
    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=500)
    assert UNTIL_FREE.get_retry_exception(RunBusyError("import", "busy"), job)
    assert not UNTIL_FREE.get_retry_exception(OperationalError(), job)
    assert not UNTIL_FREE.get_retry_exception(ImportProblem("file", "no"), job)
    assert UNTIL_FREE.get_retry_exception(OperationalError(), job.evolve(attempts=95))


def test_no_file_is_brought_in_while_one_is_taken_back(store, tmp_path, test_dsn):
    run_id = bring(store, first_file(tmp_path)).run_id
    with psycopg.connect(test_dsn, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (STORE_LOCK, store.pk))
        with pytest.raises(RunBusyError, match="being taken back"):
            bring(store, second_file(tmp_path))
        other.execute("SELECT pg_advisory_unlock(%s, %s)", (STORE_LOCK, store.pk))
    with psycopg.connect(test_dsn, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock_shared(%s, %s)", (STORE_LOCK, store.pk))
        with pytest.raises(RunBusyError, match="under way"):
            take_back(run_id)
        bring(store, second_file(tmp_path))
        other.execute("SELECT pg_advisory_unlock_shared(%s, %s)", (STORE_LOCK, store.pk))
    assert take_back(run_id).handed_over == 3


@pytest.mark.parametrize(
    ("column", "in_file", "known"),
    [("email", "Ann@x.co", "ann@x.co"), ("phone", "+49 (0)30 / 901820", "+4930901820")],
)
def test_an_address_goes_back_to_who_has_it_without_the_file(store, tmp_path, column, in_file, known):
    lines = (f"customer_id,{column},created_at", f"c1,{in_file},2026-01-01")
    run_id = bring(store, written(tmp_path / "customers.csv", *lines), kind="customers").run_id
    project(store)
    append([call(store, type="identify", user="c1"),
            call(store, hour=1, type="identify", user="u2", traits={column: known})])  # fmt: skip
    project(store)
    assert Identity.objects.get(value=known).customer == Identity.objects.get(value="c1").customer

    take_back(run_id)

    assert Identity.objects.get(value=known).customer == Identity.objects.get(value="u2").customer


def test_a_review_that_an_imported_telling_replaced_comes_back(store, tmp_path):
    review = {"review_id": "r1", "rating": 2, "review_body": "Meh"}
    answer = {"response_id": "a1", "score": 3}
    append([
        call(store, hour=1, user="c1", name="Review Submitted", properties=review),
        call(store, hour=1, user="c1", name="NPS Survey Submitted", properties=answer),
    ])  # fmt: skip
    project(store)
    before = kept(store)
    assert len(before) == 2
    files = {
        "reviews": ["review_id,reviewed_at,customer_id,rating", "r1,2026-11-03,c2,5"],
        "answers": ["response_id,answered_at,customer_id,measure,value", "a1,2026-11-03,c2,nps,9"],
    }
    runs = [
        bring(store, written(tmp_path / f"{kind}.csv", *lines), kind=kind).run_id
        for kind, lines in files.items()
    ]
    project(store)
    assert [row.rating for row in Review.objects.all()] == [5]

    for run_id in runs:
        take_back(run_id)

    assert kept(store) == before


def test_the_command_leaves_to_later_files_what_they_hold(store, tmp_path):
    run_id = bring(store, first_file(tmp_path)).run_id
    bring(store, second_file(tmp_path))
    done = CliRunner().invoke(main, ["imports", "undo", str(run_id), "--store", store.slug, "--yes"])
    assert done.exit_code == 0, done.output
    assert "3 facts that other imported files hold too are theirs now." in done.output
    assert ImportRun.objects.get(pk=run_id).state == ImportState.UNDONE
