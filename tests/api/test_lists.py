"""Lists: pages that lose and repeat nothing, at the same cost for any number of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.core.models import Store
from regard.profile.models import Customer

from . import rows
from .conftest import Caller

LISTS: dict[str, Callable[[Store, int], Any]] = {
    "/audit": rows.add_audit_entry,
    "/members": rows.add_person,
    "/api-keys": rows.add_api_key,
    "/sources": rows.add_source,
    "/sources/{source_id}/write-keys": lambda store, _number: rows.add_write_key(store),
    "/events": rows.add_event,
    "/rejected-events": rows.add_rejected,
    "/alerts": rows.add_alert,
    "/tasks": rows.add_task,
    "/offers": rows.add_offer,
    "/templates": rows.add_template,
    "/sends": rows.add_send,
    "/suppressed-addresses": rows.add_suppressed_address,
    "/parked-events": rows.add_parked,
    "/customers": rows.add_customer,
    "/segments": rows.add_segment,
    "/reviews": rows.add_review,
    "/mentions": rows.add_mention,
    "/improvements": rows.add_improvement,
    "/programmes": lambda store, _number: rows.add_programme(store),
    "/texts": rows.add_text,
    "/responses": rows.add_response,
    "/tickets": rows.add_ticket,
    "/imports": rows.add_import,
    "/models": rows.add_model,
    "/customers/{customer_id}/orders": lambda store, number: rows.add_order(
        store, first_customer(store), number
    ),
    "/customers/{customer_id}/timeline": lambda store, number: rows.add_to_timeline(
        store, first_customer(store), number
    ),
}
WITHOUT_ID = {"/customers/{customer_id}/timeline": "event_id"}  # what else tells their items apart


def first_customer(store: Store) -> int:
    customer = Customer.objects.filter(store=store).order_by("id").first()
    return customer.pk if customer else rows.add_customer(store, 0)


def address(path: str, store: Store) -> str:
    """The path with the ids of things that it names."""
    for name, make in (("{source_id}", rows.add_source), ("{customer_id}", first_customer)):
        path = path.replace(name, str(make(store))) if name in path else path
    return path


def items(caller: Caller, path: str) -> list[Any]:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["items"])


@pytest.mark.parametrize("path", LISTS)
def test_cost_does_not_grow_with_rows(path: str, store: Store, caller: Caller) -> None:
    where, add = address(path, store), LISTS[path]
    before = len(items(caller, where))
    add(store, 1)
    with CaptureQueriesContext(connection) as at_one:
        assert len(items(caller, where)) == before + 1
    add(store, 2)
    add(store, 3)
    with CaptureQueriesContext(connection) as at_three:
        assert len(items(caller, where)) >= before + 3
    assert len(at_one) == len(at_three)


@pytest.mark.parametrize("path", LISTS)
def test_walk_while_rows_arrive(path: str, store: Store, caller: Caller) -> None:
    where, add = address(path, store), LISTS[path]
    for number in range(25):
        add(store, number)
    name = WITHOUT_ID.get(path, "id")
    expected = [item[name] for item in items(caller, f"{where}?limit=200")]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(f"{where}?limit=7&cursor={cursor}").json()
        seen += [item[name] for item in page["items"]]
        cursor = page["next"]
        add(store, 100 + len(seen))
    assert seen == expected


@pytest.mark.parametrize("path", LISTS)
def test_cursor_that_is_none(path: str, store: Store, caller: Caller) -> None:
    answer = caller.get(f"{address(path, store)}?cursor=abc")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


def test_filters_of_events(store: Store, caller: Caller) -> None:
    first = rows.add_event(store, 1)
    second = rows.add_event(store, 2, name="Product Viewed")
    received = caller.get(f"/events/{second}").json()["received_at"].replace("+", "%2B")

    def ids(query: str) -> list[int]:
        return [item["id"] for item in items(caller, f"/events?{query}")]

    assert ids("") == [second, first]
    assert ids("type=track") == [second, first]
    assert ids("type=identify") == []
    assert ids("name=Order%20Completed") == [first]
    assert ids("user_id=u-2") == [second]
    assert ids("history=true") == []
    assert ids("history=false") == [second, first]
    assert ids(f"after={received}") == [second]
    assert ids(f"before={received}") == [first]


def test_rejected_events_by_state(store: Store, caller: Caller) -> None:
    still_open = rows.add_rejected(store, 1)
    discarded = rows.add_rejected(store, 2)
    caller.post(f"/rejected-events/{discarded}/discard")
    assert [item["id"] for item in items(caller, "/rejected-events?state=open")] == [still_open]
    assert [item["id"] for item in items(caller, "/rejected-events?state=discarded")] == [discarded]


def test_audit_log_by_action(store: Store, caller: Caller) -> None:
    rows.add_audit_entry(store, 7)
    found = items(caller, "/audit?action=test.done&actor=tests")
    assert [(item["actor"], item["target"]) for item in found] == [("tests", "7")]


def test_customers_by_search(store: Store, caller: Caller) -> None:
    ada, bob = rows.add_customer(store, 1), rows.add_customer(store, 2)
    rows.add_identity(store, ada, "ada@example.com", kind="email")
    rows.add_identity(store, bob, "B-7")

    def ids(search: str) -> list[int]:
        return [item["id"] for item in items(caller, f"/customers?search={search}")]

    assert (ids("ada@"), ids("B-7"), ids("custom%201"), ids("nobody")) == ([ada], [bob], [ada], [])


def test_reviews_by_customer_and_rating(store: Store, caller: Caller) -> None:
    customer = rows.add_customer(store)
    mine = rows.add_review(store, 1, identity_id=rows.add_identity(store, customer), rating=5)
    nobodys = rows.add_review(store, 2)

    def ids(query: str) -> list[tuple[int, int | None]]:
        return [(item["id"], item["customer_id"]) for item in items(caller, f"/reviews?{query}")]

    assert ids("") == [(nobodys, None), (mine, customer)]
    assert ids(f"customer_id={customer}") == [(mine, customer)]
    assert ids("rating=2") == [(nobodys, None)]


def test_alerts_of_one_customer(store: Store, caller: Caller) -> None:
    first, _second = (rows.add_alert(store, number) for number in (1, 2))
    [whose] = [one["customer_id"] for one in caller.get("/alerts").json()["items"] if one["id"] == first]

    found = caller.get(f"/alerts?customer_id={whose}").json()["items"]
    assert [(one["id"], one["customer_id"], one["customer_name"]) for one in found] == [
        (first, whose, "Customer 1")
    ]
    assert caller.get(f"/alerts?customer_id={whose + 1_000}").json()["items"] == []
