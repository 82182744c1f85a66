"""Lists: pages that lose and repeat nothing, at the same cost for any number of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.core.models import Store

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
    "/sends": rows.add_send,
}


def address(path: str, store: Store) -> str:
    return path.replace("{source_id}", str(rows.add_source(store))) if "{" in path else path


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
    expected = [item["id"] for item in items(caller, f"{where}?limit=200")]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(f"{where}?limit=7&cursor={cursor}").json()
        seen += [item["id"] for item in page["items"]]
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
