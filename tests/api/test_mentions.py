"""Mentions over the API: found, seen to, answered, handed on."""

from __future__ import annotations

import pytest

from regard.core.models import Store
from regard.task.models import Task

from . import rows
from .conftest import Caller

pytestmark = pytest.mark.django_db
ANSWER = "https://social.example/store/2"


def found(caller: Caller, query: str) -> list[str]:
    return [item["external_id"] for item in caller.get(f"/mentions?{query}").json()["items"]]


def test_mentions_are_found_by_what_is_known_of_them(store: Store, caller: Caller) -> None:
    customer = rows.add_customer(store)
    identity = rows.add_identity(store, customer)
    rows.add_mention(store, 1, told_feeling="negative", identity_id=identity)
    rows.add_mention(store, 2, source="stars.example", text="Lovely")
    done = rows.add_mention(store, 3, author="@bob")
    caller.post(f"/mentions/{done}/finish")
    assert found(caller, "") == ["m-3", "m-2", "m-1"]
    assert found(caller, "state=open") == ["m-1", "m-2"]
    assert found(caller, "state=done") == ["m-3"]
    assert found(caller, "negative=true") == ["m-1"]
    assert found(caller, "source=stars.example") == ["m-2"]
    assert found(caller, f"customer_id={customer}") == ["m-1"]
    assert (found(caller, "search=LOVELY"), found(caller, "search=@bob")) == (["m-2"], ["m-3"])
    assert caller.get("/mentions?state=gone").status_code == 422


def test_a_mention_is_done_answered_and_open_again(store: Store, caller: Caller) -> None:
    address = f"/mentions/{rows.add_mention(store)}"
    answered = caller.call("PUT", f"{address}/reply", {"url": ANSWER}).json()
    assert (answered["reply_url"], answered["done_by"]) == (ANSWER, "key:ERP")
    opened = caller.post(f"{address}/reopen").json()
    assert (opened["done_at"], opened["done_by"], opened["reply_url"]) == (None, "", ANSWER)
    wrong = caller.call("PUT", f"{address}/reply", {"url": "javascript:alert(1)"})
    assert [error["field"] for error in wrong.json()["errors"]] == ["url"]


def test_of_many_only_the_open_ones_of_the_store_are_done(
    store: Store, other_store: Store, caller: Caller
) -> None:
    first, second, theirs = (
        rows.add_mention(store, 1),
        rows.add_mention(store, 2),
        rows.add_mention(other_store),
    )
    caller.post(f"/mentions/{first}/finish")
    done = caller.post("/mentions/finish", {"ids": [first, second, theirs]})
    assert done.json() == {"ids": [second]}


def test_a_second_task_of_a_mention_is_refused(store: Store, caller: Caller) -> None:
    address = f"/mentions/{rows.add_mention(store)}"
    task = caller.post(f"{address}/task", {"title": "Call Ann"}).json()["task_id"]
    assert Task.objects.get(store=store).pk == task
    again = caller.post(f"{address}/task", {"title": "Call Ann"})
    assert (again.status_code, Task.objects.count()) == (422, 1)
