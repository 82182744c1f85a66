"""Reading ahead: the same batches, and nothing that somebody has taken back or changed in between."""

from __future__ import annotations

import msgspec
import pytest
from django.db import transaction

from regard.capture.domain.ahead import Ahead
from regard.capture.domain.batch import Batch, Stage
from regard.capture.domain.logged import next_events
from regard.capture.domain.reader import hold_readers, last_read, read_next
from regard.capture.models import Event, ParkedEvent
from regard.core.domain.stores import create_store
from regard.core.models import Store
from regard.pipeline import STAGES
from tests.capture.test_log import append, new_event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ahead(monkeypatch):
    monkeypatch.setattr("regard.capture.domain.reader.LIVE_BATCH", 2)
    with Ahead() as ahead:
        yield ahead


TOLD = (
    (
        "identify",
        "",
        {"traits": {"email": "ann@example.com", "phone": "+4930901820", "size": 38, "newsletter": True}},
    ),
    ("track", "Product Viewed", {"product_id": "p1", "name": "Shirt", "price": 20}),
    (
        "track",
        "Order Completed",
        {"order_id": "o1", "total": 20, "products": [{"product_id": "p1", "price": 20}]},
    ),
    ("track", "Order Refunded", {"order_id": "o1", "amount": 5}),
    ("track", "Shipment Updated", {"order_id": "o1", "tracking_number": "t1", "status": "in_transit"}),
    ("track", "Product Reviewed", {"review_id": "r1", "rating": 9}),
    ("track", "Survey Answered", {"survey": "nps", "score": 7}),
    ("track", "Social Mention", {"mention_id": "s1", "sentiment": -1}),
    ("track", "Ticket Opened", {"ticket_id": "t1", "subject": "Torn"}),
    ("track", "Prompt Shown", {"prompt_id": 1, "prompt": "Free delivery"}),
    ("track", "Consent Given", {"channel": "pigeon"}),
    ("fact", "CustomerImported", {"customer_id": "c1", "email": "bob@example.com", "accepts_email": True}),
    ("fact", "AttributesSet", {"identity_id": 1, "traits": {"plan": "gold"}, "origin": "journey:care"}),
    ("fact", "ConsentTold", {"channel": "email", "given": True, "origin": "a person", "identity_id": 1}),
)


class Noting:
    """A stage that notes the names of events: those that were read ahead, and those that it takes."""

    def __init__(self) -> None:
        self.understood: list[list[str]] = []
        self.taken: list[tuple[str, list[str]]] = []
        self.stages = [Stage("noting", self.take, reads=(self.names,))]

    def names(self, store, events) -> list[str]:
        names = [event.name for event in events]
        if "unreadable" in names:
            raise ValueError("no such thing")
        self.understood.append(names)
        return [store.currency, *names]

    def take(self, batch: Batch) -> None:
        currency, *names = batch.read(self.names)
        if "unfit" in names:
            raise ValueError("no such thing")
        self.taken.append((currency, names))

    def read(self, store, ahead: Ahead) -> int:
        return read_next(
            store, reader="tests", stages=self.stages, live_batch=2, backfill_batch=4, ahead=ahead
        )


def fill(store, *names: str, history: bool = True) -> None:
    append(*(new_event(store.pk, name, name=name, history=history) for name in names))


def names_of(start: int, end: int) -> list[str]:
    return [str(n) for n in range(start, end)]


def test_batches_that_were_read_ahead_are_taken_once_and_in_order(store, ahead):
    noting = Noting()
    fill(store, *names_of(0, 11))
    fill(store, "live", history=False)

    assert [noting.read(store, ahead) for _ in range(5)] == [4, 4, 3, 1, 0]
    names = [names_of(0, 4), names_of(4, 8), names_of(8, 11), ["live"]]
    assert noting.taken == [("EUR", one) for one in names]
    # Each read once; who reads ahead may come first with the second.
    assert sorted(noting.understood, key=names.index) == names


def test_what_was_read_before_somebody_held_the_readers_is_read_again(store, ahead):
    noting = Noting()
    fill(store, *names_of(0, 8))
    noting.read(store, ahead)
    with transaction.atomic():
        hold_readers(store)
        Event.objects.filter(store=store, name="5").delete()

    noting.read(store, ahead)

    assert [names for _currency, names in noting.taken] == [names_of(0, 4), ["4", "6", "7"]]


def test_what_was_read_under_other_settings_is_read_again(store, ahead):
    noting = Noting()
    fill(store, *names_of(0, 8))
    noting.read(store, ahead)
    Store.objects.filter(pk=store.pk).update(currency="USD")

    noting.read(Store.objects.get(pk=store.pk), ahead)

    assert noting.taken == [("EUR", names_of(0, 4)), ("USD", names_of(4, 8))]


def test_another_stores_batch_is_no_batch_of_this_one(store, other_store, ahead):
    noting = Noting()
    for place in (store, other_store):
        fill(place, *(f"{place.slug}-{n}" for n in range(8)))

    for place in (store, other_store, store, other_store):
        assert noting.read(place, ahead) == 4

    assert [names[0] for _currency, names in noting.taken] == [
        f"{place.slug}-{first}" for first in (0, 4) for place in (store, other_store)
    ]


def read_by_turns(noting: Noting, ahead: Ahead, stores: list[Store]) -> list[str]:
    """The first names of what was read, in order, where each store has two batches and takes one a turn."""
    for place in stores:
        fill(place, *(f"{place.slug}-{n}" for n in range(8)))
    for place in stores:
        assert noting.read(place, ahead) == 4
        ahead._thread.submit(int).result(timeout=20)  # what is read ahead is there
    for place in stores:
        assert noting.read(place, ahead) == 4
    assert [names[0] for _currency, names in noting.taken] == [
        f"{place.slug}-{first}" for first in (0, 4) for place in stores
    ]
    return sorted(names[0] for names in noting.understood if names)  # nothing lies behind the second batch


def test_stores_that_take_turns_keep_what_was_read_ahead_of_each(store, other_store, ahead):
    read = read_by_turns(Noting(), ahead, [store, other_store])
    assert read == ["acme-0", "acme-4", "globex-0", "globex-4"]


def test_no_more_is_held_than_memory_has_room_for(store, other_store, ahead):
    third = create_store(slug="initech", name="Initech", currency="EUR", actor="tests")
    read = read_by_turns(Noting(), ahead, [store, other_store, third])
    assert read == ["acme-0", "acme-4", "globex-0", "globex-4", "globex-4", "initech-0", "initech-4"]


def test_an_event_that_cannot_be_read_is_parked_by_the_stage_that_asks(store, ahead):
    noting = Noting()
    fill(store, *names_of(0, 4), "unreadable", "5")

    assert [noting.read(store, ahead) for _ in range(3)] == [4, 2, 0]
    parked = ParkedEvent.objects.get(store=store)
    assert (parked.stage, parked.error) == ("noting", "no such thing")
    assert noting.taken[-1] == ("EUR", ["5"])
    assert last_read(store, reader="tests") == Event.objects.filter(store=store).latest("id").id


def test_what_stages_read_of_events_alone_asks_the_database_nothing(store, django_assert_num_queries):
    rows = [
        new_event(
            store.pk,
            str(number),
            type=kind,
            name=name,
            payload=msgspec.json.encode(told if kind != "track" else {"properties": told}),
        )
        for number, (kind, name, told) in enumerate(TOLD)
    ]
    append(*rows)
    events = next_events(store.pk, after=0, up_to=2**62, limit=100)
    readings = [reading for stage in STAGES for reading in stage.reads]

    with django_assert_num_queries(0):
        for reading in readings:
            reading(store, events)
    assert len(set(readings)) == 13
