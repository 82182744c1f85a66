"""After an undo everything is as if the file had never been imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import models

from regard import pipeline
from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports.undo import begin_undo, can_undo, runs_that_repeat
from regard.capture.domain.reader import read_next
from regard.capture.models import Event, ImportRun, ImportState, ParkedEvent
from regard.cli.main import main
from regard.core.domain.stores import create_store
from regard.core.models import AuditEntry
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.profile.domain import import_undo
from regard.profile.domain.import_undo import undo_import
from regard.profile.domain.rebuild import replay_store
from regard.profile.models import (
    Customer,
    CustomerEvent,
    Identity,
    Order,
    OrderFollower,
    OrderLine,
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


def take_back(run_id: int | None, *, force: bool = False) -> ImportRun:
    run = ImportRun.objects.select_related("store").get(pk=run_id)
    begin_undo(run, actor="ana", force=force)
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
    rows = list(model.objects.filter(store=store).values_list(*names))
    if model is CustomerEvent:
        return rows
    return rows


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
    products = bring(store, written(tmp_path / "p.csv", "product_id,title", "b,Belt"), kind="products")
    run = ImportRun.objects.get(pk=products.run_id)
    assert not can_undo(run)
    with pytest.raises(ImportProblem, match="cannot be taken back"):
        begin_undo(run, actor="ana")
    run.state = ImportState.UNDONE
    assert not can_undo(run)


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


def test_what_a_later_file_held_too_is_taken_back_only_when_one_insists(store, tmp_path):
    first = bring(store, first_file(tmp_path))
    second = bring(store, second_file(tmp_path))
    same = written(tmp_path / "c.csv", "customer_id,email", "c1,a@x.co")
    others = [bring(store, same, kind="customers").run_id for _ in range(2)]
    run = ImportRun.objects.get(pk=first.run_id)
    assert [later.pk for later in runs_that_repeat(run)] == [second.run_id]
    assert [later.pk for later in runs_that_repeat(ImportRun.objects.get(pk=others[0]))] == [others[1]]

    with pytest.raises(ImportProblem, match=r"later files too \(second.csv\)"):
        begin_undo(run, actor="ana")
    run.refresh_from_db()
    assert run.state == ImportState.FINISHED
    assert take_back(run.pk, force=True).undone == 20

    assert counts(bring(store, second_file(tmp_path))) == (33, 3, 30, 0)
    assert take_back(second.run_id, force=True).state == ImportState.UNDONE


def test_what_no_later_import_holds_any_more_is_taken_back_without_more(store, tmp_path):
    first = bring(store, first_file(tmp_path))
    take_back(bring(store, second_file(tmp_path)).run_id)
    assert runs_that_repeat(ImportRun.objects.get(pk=first.run_id)) == []
    assert take_back(first.run_id).undone == 20


def test_the_command_says_what_later_files_hold(store, tmp_path):
    run_id = bring(store, first_file(tmp_path)).run_id
    bring(store, second_file(tmp_path))
    words = ["imports", "undo", str(run_id), "--store", store.slug, "--yes"]
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, "second.csv" in refused.output) == (1, True)
    assert CliRunner().invoke(main, [*words, "--force"]).exit_code == 0
    assert ImportRun.objects.get(pk=run_id).state == ImportState.UNDONE
