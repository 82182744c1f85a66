"""Prompts over the API: made, changed, switched, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.serve.models import Prompt, PromptDay
from tests.serve.shops import TEXTS, add_prompt, open_survey

from .conftest import Caller

pytestmark = pytest.mark.django_db
MESSAGE = {"name": "Parcels", "kind": "message", "texts": TEXTS, "link": "/delivery"}


def wrong(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.json()
    return [error["field"] for error in answer.json()["errors"]]


def test_a_prompt_is_made_changed_switched_and_deleted(store: Store, caller: Caller) -> None:
    made = caller.post("/prompts", {**MESSAGE, "included": ["/products/*"], "share": 50}).json()
    assert (made["is_on"], made["texts"], made["included"], made["share"]) == (
        False, TEXTS, ["/products/*"], 50,
    )  # fmt: skip
    address = f"/prompts/{made['id']}"
    changed = caller.call("PUT", address, {**MESSAGE, "name": "Free parcels"}).json()
    assert (changed["name"], changed["included"], changed["share"]) == ("Free parcels", [], 100)
    assert caller.call("PUT", f"{address}/state", {"is_on": True}).json()["is_on"] is True
    assert [row["id"] for row in caller.get("/prompts").json()["items"]] == [made["id"]]
    assert caller.call("PUT", f"{address}/state", {"is_on": False}).json() == caller.get(address).json()
    assert caller.call("DELETE", address).status_code == 204
    assert caller.get(address).status_code == 404
    actions = AuditEntry.objects.filter(store=store, actor="key:ERP").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "prompt.created", "prompt.changed", "prompt.switched_on", "prompt.switched_off", "prompt.deleted",
    ]  # fmt: skip


def test_a_survey_goes_by_its_key_and_must_be_the_stores(
    store: Store, other_store: Store, caller: Caller
) -> None:
    open_survey(store, "exit")
    open_survey(other_store, "theirs")
    shown = {"name": "Leaving", "kind": "survey", "trigger": "leaving"}
    made = caller.post("/prompts", {**shown, "survey": "exit"}).json()
    assert (made["survey"], made["amount"], made["texts"]) == ("exit", 0, {})
    assert wrong(caller.post("/prompts", {**shown, "survey": "theirs"})) == ["survey"]
    assert wrong(caller.call("PUT", f"/prompts/{made['id']}/state", {"is_on": True})) == ["survey_id"]
    assert Prompt.objects.filter(is_on=True).count() == 0


def test_what_is_wrong_is_told_by_field_and_keeps_nothing(store: Store, caller: Caller) -> None:
    assert wrong(caller.post("/prompts", {**MESSAGE, "link": "javascript:alert(1)"})) == ["link"]
    assert wrong(caller.post("/prompts", {**MESSAGE, "included": ["products"]})) == ["included"]
    assert wrong(caller.post("/prompts", {**MESSAGE, "texts": {"xx": {"title": "?"}}})) == ["texts"]
    assert wrong(caller.post("/prompts", {**MESSAGE, "colour": "red"})) == ["colour"]
    assert not Prompt.objects.exists()


def test_another_stores_prompt_is_not_there(store: Store, other_store: Store, caller: Caller) -> None:
    theirs = add_prompt(other_store)
    address = f"/prompts/{theirs.pk}"
    answers = [
        caller.get(address), caller.get(f"{address}/results"), caller.call("PUT", address, MESSAGE),
        caller.call("PUT", f"{address}/state", {"is_on": False}), caller.call("DELETE", address),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 5
    theirs.refresh_from_db()
    assert (theirs.is_on, theirs.name) == (True, "Parcels in spring")


def test_who_may_read_may_not_change(store: Store, caller_of: Callable[..., Caller]) -> None:
    reader, prompt = caller_of(store, "surveys.read"), add_prompt(store)
    assert reader.get(f"/prompts/{prompt.pk}").status_code == 200
    assert reader.call("PUT", f"/prompts/{prompt.pk}/state", {"is_on": False}).status_code == 403
    assert caller_of(store, "offers.read", name="Other").get("/prompts").status_code == 403


def test_results_have_intervals_and_each_day_of_the_store(store: Store, caller: Caller) -> None:
    with clock.set_to(datetime(2026, 11, 2, 23, 30, tzinfo=UTC)):  # in Berlin it is the third
        prompt = add_prompt(store)
        never = caller.get(f"/prompts/{prompt.pk}/results?days=1").json()
        PromptDay.objects.create(
            store=store,
            prompt=prompt,
            day=datetime(2026, 11, 3, tzinfo=UTC).date(),
            shown=4,
            clicked=1,
            closed=2,
        )
        told = caller.get(f"/prompts/{prompt.pk}/results?days=2").json()
    assert never["clicked"] == {"count": 0, "percent": None, "low": None, "high": None}
    assert (told["shown"], told["answers_begun"]) == (4, None)
    assert [told["clicked"][name] for name in ("count", "percent")] == [1, 25]
    assert [round(told["clicked"][name], 1) for name in ("low", "high")] == [4.6, 69.9]
    assert told["days"] == [
        {"day": "2026-11-02", "shown": 0, "clicked": 0, "closed": 0},
        {"day": "2026-11-03", "shown": 4, "clicked": 1, "closed": 2},
    ]
    assert caller.get(f"/prompts/{prompt.pk}/results?days=0").status_code == 422


def test_a_list_costs_the_same_however_long(store: Store, caller: Caller) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            caller.get("/prompts")
        return len(queries)

    open_survey(store)
    caller.post("/prompts", {"name": "A", "kind": "survey", "survey": "exit"})
    asked()
    at_one = asked()
    caller.post("/prompts", {"name": "B", "kind": "survey", "survey": "exit"})
    add_prompt(store)
    assert asked() == at_one
