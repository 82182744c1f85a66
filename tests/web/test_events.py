"""The pages of events: found, looked at, mended, taken again."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from regard.capture.domain import searching
from regard.capture.domain.stream_tokens import read_stream_token
from regard.capture.models import Event, ParkedEvent, RejectedEvent
from regard.core.models import Store
from regard.profile.models import Customer
from tests.web.rows import add_event, add_rejected
from tests.web.toasts import undo_of


def shown_events(page: Any) -> list[str]:
    return [event.name for event, _ in page.context["rows"]]


def test_events_are_narrowed_by_what_the_address_says(store: Store, base: str, owner: Client) -> None:
    add_event(store, "Order Completed", "C-1")
    add_event(store, "Product Viewed", "C-2")
    narrowed = {
        "": ["Product Viewed", "Order Completed"],
        "?name=Order+Completed": ["Order Completed"],
        "?user_id=C-2": ["Product Viewed"],
        "?type=identify": [],
        "?origin=history": [],
        "?source=999": ["Product Viewed", "Order Completed"],  # no such source: as if not asked
    }
    assert {query: shown_events(owner.get(f"{base}/events/{query}")) for query in narrowed} == narrowed


def test_a_search_for_a_rare_event_says_how_far_back_it_looked(
    store: Store, base: str, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "STEP", 2)
    monkeypatch.setattr(searching, "PATIENCE", -1)
    for name in ("Rare", "Usual", "Usual"):
        add_event(store, name)
    first = owner.get(f"{base}/events/?name=Rare")
    assert shown_events(first) == []
    assert b"Searched back to" in first.content
    assert b"No event matches" not in first.content
    second = owner.get(f"{base}/events/?name=Rare&cursor={first.context['next_cursor']}")
    assert shown_events(second) == ["Rare"]


def test_live_pass_is_for_this_store(store: Store, base: str, owner: Client) -> None:
    url = owner.get(f"{base}/events/live-pass/").json()["url"]
    assert read_stream_token(url.partition("token=")[2]) == store.pk


def test_a_row_opens_to_what_the_event_holds(store: Store, base: str, owner: Client) -> None:
    event = add_event(store, order_id="A-1")
    whole = owner.get(f"{base}/events/{event.id}/").content.decode()
    part = owner.get(f"{base}/events/{event.id}/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert "A-1" in part


def test_rejected_event_is_mended_and_taken_in(store: Store, base: str, owner: Client) -> None:
    rejected = add_rejected(store)
    url = f"{base}/events/rejected/{rejected.pk}/"
    still_wrong = owner.post(url, {"do": "replay", "body": '{"event": ""}'})
    assert len(still_wrong.context["form"].errors["body"]) == 1
    assert Event.objects.filter(store_id=store.pk).count() == 0
    owner.post(url, {"do": "replay", "body": '{"event": "Order Completed", "userId": "C-1"}'})
    assert Event.objects.get(store_id=store.pk).user_id == "C-1"
    rejected.refresh_from_db()
    assert (rejected.state, rejected.settled_by) == ("replayed", "owner@acme.example")


def test_discarding_many_can_be_undone(store: Store, base: str, owner: Client) -> None:
    chosen = [add_rejected(store).pk for _ in range(3)]
    add_rejected(store)

    def count_open() -> int:
        return RejectedEvent.objects.filter(store=store, state="open").count()

    answer = owner.post(f"{base}/events/rejected/settle/", {"selected": chosen, "do": "discard"})
    assert count_open() == 1
    owner.post(undo_of(answer))
    assert count_open() == 4


def test_replaying_many_leaves_those_that_are_still_wrong(store: Store, base: str, owner: Client) -> None:
    good = add_rejected(store, json.dumps({"event": "Order Completed", "userId": "C-1"}))
    bad = add_rejected(store)
    owner.post(f"{base}/events/rejected/settle/", {"selected": [good.pk, bad.pk], "do": "replay"})
    states = dict(RejectedEvent.objects.values_list("pk", "state"))
    assert states == {good.pk: "replayed", bad.pk: "open"}


def test_a_parked_event_that_the_log_no_longer_has_says_so(store: Store, base: str, owner: Client) -> None:
    parked = ParkedEvent.objects.create(store=store, event_id=999_999, stage="orders", error="failed")

    answer = owner.post(f"{base}/events/parked/{parked.pk}/replay/", follow=True)

    assert "retention has deleted it" in answer.content.decode()


def test_parked_event_that_still_fails_stays(store: Store, base: str, owner: Client) -> None:
    event = add_event(store, "Order Completed", order_id="A-1")
    parked = ParkedEvent.objects.create(store=store, event_id=event.id, stage="orders", error="why")
    owner.post(f"{base}/events/parked/{parked.pk}/replay/")
    assert ParkedEvent.objects.count() == 0
    assert Customer.objects.filter(store=store).count() == 1


def test_the_trace_of_an_event_tells_times_in_the_zone_of_the_store(
    store: Store, base: str, owner: Client
) -> None:
    Store.objects.filter(pk=store.pk).update(time_zone="Europe/Madrid")
    event = add_event(store, "Order Completed", order_id="A-1")
    local = event.received_at.astimezone(ZoneInfo("Europe/Madrid"))
    page = owner.get(f"{base}/events/{event.id}/").content.decode()
    exact = f'title="{local:%Y-%m-%d %H:%M:%S.%f %Z}" data-exact>'
    assert f"{exact}{local.day} {local:%b %Y, %H:%M:%S %Z}</time>" in page
