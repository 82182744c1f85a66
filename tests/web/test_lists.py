"""Long lists cost as many queries as short ones, and come in pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.act.models import AlertOccurrence
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.models import ImportRun, ParkedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member, invite_member
from regard.core.models import Store, User
from tests.predict.fitted import add_lifetime_model
from tests.web.rows import (
    add_alert,
    add_customer,
    add_event,
    add_journey,
    add_rejected,
    add_send,
    add_suppressed_address,
)


def add_listed_member(store: Store, number: int) -> None:
    person = User.objects.create_user(f"{number}@acme.example")
    add_member(store=store, user=person, role="agent", actor="tests")
    invite_member(store=store, email=f"i{number}@acme.example", role="agent", actor="tests", granted_by=None)


def add_write_key(store: Store, number: int) -> None:
    create_write_key(source=source_named(store=store, name="web", actor="tests"), actor="tests")
    source_named(store=store, name=f"source {number}", actor="tests")


LISTS: dict[str, Callable[[Store, int], object]] = {
    "customers/": add_customer,
    "alerts/": lambda store, number: add_alert(store, add_customer(store, number), number),
    "outbox/": add_send,
    "outbox/suppressed/": add_suppressed_address,
    "feedback/texts/": add_customer,
    "feedback/understanding/": add_customer,
    "journeys/": lambda store, number: add_journey(store, f"journey-{number}"),
    "events/": lambda store, number: add_event(store, user_id=f"C-{number}"),
    "events/rejected/": lambda store, _: add_rejected(store),
    "events/parked/": lambda store, number: ParkedEvent.objects.create(
        store=store, event_id=number, stage="orders", error="why"
    ),
    "imports/": lambda store, number: ImportRun.objects.create(
        store=store, kind="orders", file_name=f"{number}.csv", actor="tests"
    ),
    "models/": lambda store, _number: add_lifetime_model(store),
    "settings/sources/": add_write_key,
    "settings/members/": add_listed_member,
    "settings/keys/": lambda store, number: create_api_key(
        store=store, name=f"key {number}", scopes=["store.read"], actor="tests"
    ),
    "settings/audit/": lambda store, _: record_audit(store=store, actor="tests", action="tests.run"),
}


def queries_of(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", LISTS)
def test_queries_do_not_grow_with_the_rows(path: str, store: Store, owner: Client) -> None:
    url = f"/s/{store.slug}/{path}"
    owner.get(url)  # the session notes the store once
    LISTS[path](store, 1)
    at_one = queries_of(owner, url)
    LISTS[path](store, 2)
    LISTS[path](store, 3)
    assert queries_of(owner, url) == at_one


def test_customer_page_costs_the_same_for_one_and_three_of_everything(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    add_alert(store, customer)
    urls = [f"/s/{store.slug}/customers/{customer.pk}/{part}" for part in ("", "?whole=1")]
    for url in urls:
        owner.get(url)
    at_one = [queries_of(owner, url) for url in urls]
    for number in (2, 3):
        add_alert(store, customer, number)
        add_event(store, user_id="C-1")
    assert [queries_of(owner, url) for url in urls] == at_one


def test_a_quick_look_costs_the_same_for_one_and_three_of_everything(store: Store, owner: Client) -> None:
    url = f"/s/{store.slug}/customers/{add_customer(store).pk}/look/"
    owner.get(url)
    at_one = queries_of(owner, url)
    for _ in range(2):
        add_event(store, user_id="C-1")
    assert queries_of(owner, url) == at_one


def test_the_page_of_an_alert_costs_the_same_for_one_and_three_reasons(store: Store, owner: Client) -> None:
    alert = add_alert(store, add_customer(store))
    url = f"/s/{store.slug}/alerts/{alert.pk}/"

    def add_reason(number: int) -> None:
        AlertOccurrence.objects.create(
            store=store, kind=alert.kind, instance=f"R-{number}", alert=alert, event_id=number, at=clock.now()
        )

    owner.get(url)
    add_reason(1)
    at_one = queries_of(owner, url)
    add_reason(2)
    add_reason(3)
    assert queries_of(owner, url) == at_one


def test_pages_of_events_follow_each_other_without_gaps(store: Store, owner: Client) -> None:
    for number in range(120):
        add_event(store, user_id=f"C-{number}")
    shown: list[str] = []
    cursor = ""
    while True:
        page = owner.get(f"/s/{store.slug}/events/", {"cursor": cursor})
        shown += [event.user_id for event, _ in page.context["rows"]]
        cursor = page.context["next_cursor"]
        if not cursor:
            break
        add_event(store, user_id="late")  # what arrives meanwhile shifts nothing
    assert shown == [f"C-{number}" for number in reversed(range(120))]


def test_a_forged_cursor_begins_the_list_anew(store: Store, owner: Client) -> None:
    for path in ("customers/", "alerts/", "events/", "events/rejected/", "events/parked/", "settings/audit/"):
        url = f"/s/{store.slug}/{path}"
        answer = owner.get(url, {"cursor": "gaEBoQE.forged"})
        assert (answer.status_code, answer.headers["Location"]) == (302, url)
