"""What erasing a person reaches beyond what was read of them, and what of others it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from tests.profile.histories import STAGES, append, call, take, tell

from regard.capture.domain.imports.rejects import read_rejects
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.imports.runs import held
from regard.capture.domain.imports.uploads import import_upload, keep_upload, start_upload
from regard.capture.domain.logged import LoggedEvent, events_by_id, next_events
from regard.capture.models import Event, ImportRun, ImportState, ParkedEvent, ReaderPosition, RejectedEvent
from regard.core.config import config
from regard.core.models import Store
from regard.profile.domain.finding import find_customer
from regard.profile.domain.personal_data import erase_customer
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.domain.segments.saved import create_segment
from regard.profile.models import Customer, Identity, Order, Segment
from regard.score.domain.refresh import refresh_health
from regard.score.models import CustomerFeatures, Score

pytestmark = pytest.mark.django_db

ANNA = "anna@x.co"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where uploads and rejected rows are kept."""
    monkeypatch.setenv("REGARD_DATA", str(tmp_path / "data"))
    config.cache_clear()
    yield
    config.cache_clear()


def erase(store: Store, who: str) -> Customer:
    customer = find_customer(store, who)
    erase_customer(store=store, customer_id=customer.pk, actor="tests")
    return customer


def all_events(store: Store) -> list[LoggedEvent]:
    return next_events(store.pk, after=0, up_to=2**62, limit=1000)


def payloads(store: Store) -> str:
    return " ".join(str(event.body) for event in Event.objects.filter(store_id=store.pk))


@pytest.fixture
def anna(store: Store) -> None:
    order = {"order_id": "o1", "total": 50}
    tell(store, call(store, type="identify", user="c1", traits={"email": ANNA, "name": "Anna Berg"}),
         call(store, user="c1", name="Order Completed", properties=order))  # fmt: skip
    read = Event.objects.filter(store_id=store.pk).latest("id")
    ReaderPosition.objects.create(store=store, reader="tests", event_id=read.id)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    "said",
    [
        {"browser": "b9", "type": "identify", "traits": {"email": ANNA}},
        {"user": "c9", "type": "identify", "traits": {"email": ANNA}},
        {"name": "Order Updated", "properties": {"order_id": "o9", "email": ANNA.upper()}},
        {"user": "c1", "name": "Quiz Finished", "properties": {"answer": ANNA}},
        {"name": "Order Shipped", "properties": {"order_id": "o1", "receiver": ANNA}},
        {"type": "alias", "user": "c9", "previousId": ANNA},
    ],
)
@pytest.mark.parametrize("is_parked", [False, True])
def test_events_that_formed_nothing_yet_are_redacted(store: Store, said: dict, is_parked: bool):
    [event] = append([call(store, hour=4, **said)])
    if is_parked:
        ParkedEvent.objects.create(store=store, event_id=event.id, stage="orders", error="failed")
        ReaderPosition.objects.update(event_id=event.id)
    customer = erase(store, "c1")

    assert ANNA not in payloads(store).lower()
    take(store, events_by_id(store.pk, [event.id]))
    assert not Identity.objects.filter(store=store, value__in=(ANNA, "c1", "c9", "b9")).exists()
    assert list(Customer.objects.filter(store=store, merged_into=None)) == [customer]


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("named", [{"shipment_id": "s1"}, {"tracking_number": "T1"}])
def test_events_that_name_only_the_persons_parcel_are_redacted_before_they_are_read(
    store: Store, named: dict
):
    parcel = {"order_id": "o1", "shipment_id": "s1", "tracking_number": "T1"}
    tell(store, call(store, user="c1", name="Order Shipped", properties=parcel))
    ReaderPosition.objects.update(event_id=Event.objects.filter(store_id=store.pk).latest("id").id)
    of_others = {"shipment_id": "s2", "receiver": "Bob"}
    append(
        [
            call(store, hour=4, name="Shipment Updated", properties={**named, "receiver": ANNA}),
            call(store, hour=4, name="Shipment Updated", properties=of_others),
        ]
    )
    erase(store, "c1")

    assert ANNA not in payloads(store)
    assert str(of_others) in payloads(store)


@pytest.mark.usefixtures("anna")
def test_what_another_is_about_to_be_told_of_is_left_to_them(store: Store):
    tell(store, call(store, user="c2", browser="b2"))
    [event] = append(
        [call(store, user="c2", name="Order Completed", properties={"order_id": "o2", "email": ANNA})]
    )
    erase(store, "c1")

    take(store, events_by_id(store.pk, [event.id]))
    assert Order.objects.get(store=store, external_id="o2").identity.value == "c2"


def test_what_files_told_of_the_erased_stays_with_them_when_read_again(store: Store, tmp_path: Path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_id,ordered_at,customer_id,email,total\n"
        f"o1,2026-11-02,,{ANNA},10\no2,2026-01-02,c1,{ANNA},20\no3,2026-01-03,c1,,30\n"
    )
    import_file(store=store, kind="orders", path=path, actor="tests")
    take(store, all_events(store))
    customer = erase(store, "c1")
    identities = set(Identity.objects.filter(store=store).values_list("id", flat=True))

    rebuild_customers(store=store, customer_ids=[customer.pk], stages=STAGES)

    told = Order.objects.filter(store=store).order_by("external_id")
    assert list(told.values_list("external_id", "identity__customer", "total_minor")) == [
        ("o1", customer.pk, 1000),
        ("o2", customer.pk, 2000),
        ("o3", customer.pk, 3000),
    ]
    assert set(Identity.objects.filter(store=store).values_list("id", flat=True)) == identities
    assert list(Customer.objects.filter(store=store, merged_into=None)) == [customer]


def reject(store: Store, body: str) -> None:
    RejectedEvent.objects.create(store=store, sent_as="track", field="event", reason="?", body=body)


def test_a_number_is_a_person_only_where_it_is_said_to_be(
    store: Store, tmp_path: Path, django_capture_on_commit_callbacks
):
    tell(store, call(store, user="100000", type="identify", traits={"email": ANNA}))
    texts = ("spent >= 100000", f'email = "{ANNA}" or attr."100000" = "100000"', 'name = "Joanna@x.co.uk"')
    for number, text in enumerate(texts):
        create_segment(store=store, name=str(number), text=text, actor="tests")
    kept = (
        '{"total": 100000}',
        '{"userId": "1000001"}',
        '{"email": "joanna@x.co"}',
        f'{{"email": "{ANNA}.uk"}}',
    )
    for body in (*kept, '{"userId": "100000"}', '{"userId": 100000}', f'{{"text": "by\\n{ANNA}."}}'):
        reject(store, body)
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_id,ordered_at,customer id,email,total,100000\n"
        f"o1,never,100000,,1,\no2,never,,{ANNA},1,\no3,never,1,,100000,\no4,never,2,jo.{ANNA},1,100000\n"
    )
    summary = import_file(store=store, kind="orders", path=path, actor="tests")

    with django_capture_on_commit_callbacks(execute=True):
        erase(store, ANNA)

    assert list(Segment.objects.order_by("name").values_list("text", flat=True)) == [
        "spent >= 100000", 'email = "[erased]" or attr."100000" = "[erased]"', 'name = "Joanna@x.co.uk"'
    ]  # fmt: skip
    assert set(RejectedEvent.objects.values_list("body", flat=True)) == set(kept)
    header, *rows = read_rejects(summary.rejects_path, most=10)
    assert header[3:] == ["order_id", "ordered_at", "customer id", "email", "total", "100000"]
    assert [row[3] for row in rows] == ["o3", "o4"]


def test_scores_of_the_erased_do_not_come_back(store: Store):
    orders = [{"order_id": f"o{number}", "total": 50} for number in range(4)]
    tell(store, *[call(store, user="c1", name="Order Completed", properties=order) for order in orders])
    refresh_health(store=store)
    assert set(Score.objects.filter(store=store).values_list("name", flat=True)) == {"health"}
    customer = erase(store, "c1")

    refresh_health(store=store)
    refresh_health(store=store, customer_ids=[customer.pk])
    assert not Score.objects.filter(store=store).exists()
    assert not CustomerFeatures.objects.filter(store=store).exists()
    assert Order.objects.filter(store=store, identity__customer=customer).count() == 4


CUSTOMERS = f"customer_id,email\nc7,no address\nc1,{ANNA}\n"


@pytest.mark.usefixtures("anna")
def test_it_waits_for_files_that_may_name_the_person(store: Store, other_store: Store):
    keep = {
        "kind": "customers",
        "name": "c.csv",
        "content": [CUSTOMERS.encode()],
        "mapping": None,
        "actor": "t",
    }
    keep_upload(store=other_store, **keep)
    run = keep_upload(store=store, **keep)
    with pytest.raises(
        ValidationError, match=r"The upload c\.csv is not started .* Import or discard it first"
    ):
        erase(store, "c1")
    start_upload(run, mapping=None, actor="t")
    with pytest.raises(ValidationError, match=rf"Import {run.pk} \(c\.csv\) is under way .* Wait until"):
        erase(store, "c1")
    import_upload(run)
    erase(store, "c1")


@pytest.mark.usefixtures("anna")
def test_it_waits_for_a_process_that_is_at_an_import(store: Store):
    run = ImportRun.objects.create(store=store, kind="customers", file_name="c.csv", actor="t")
    with held(run), pytest.raises(ValidationError, match="is under way"):
        erase(store, "c1")
    assert Identity.objects.filter(store=store, value="c1").exists()


@pytest.mark.usefixtures("anna")
def test_rejected_rows_of_killed_imports_and_of_dry_runs_go_too(
    store: Store, tmp_path: Path, django_capture_on_commit_callbacks
):
    path = tmp_path / "c.csv"
    path.write_text(f"customer_id,email\nc7,no address\n,no address {ANNA}\n")
    trial = import_file(store=store, kind="customers", path=path, actor="t", dry_run=True)
    brought = import_file(store=store, kind="customers", path=path, actor="t")
    ImportRun.objects.update(state=ImportState.RUNNING, rejects_path="", finished_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        erase(store, "c1")
    for rejects in (trial.rejects_path, brought.rejects_path):
        assert [row[4] for row in read_rejects(rejects, most=10)] == ["email", "no address"]
