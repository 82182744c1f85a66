"""Improvements over JSON, from the first word to those who asked for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from regard.core.domain.keys import create_api_key
from regard.core.models import Store
from regard.desk.domain.closing_the_loop import tell_all_waiting
from tests.act.queueing import facts
from tests.desk.test_closing_the_loop import ADA, asked_for
from tests.desk.test_feedback_items import texts_told

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(store: Store) -> Any:
    _key, token = create_api_key(
        store=store, name="ERP", scopes=["customers.read", "tasks.handle"], actor="tests"
    )

    def call(method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        answer = Client().generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "",
            content_type="application/json", headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    return call


def test_from_the_first_word_to_those_who_asked(store: Store, call: Any) -> None:
    item = asked_for(store, 2, status="new")
    path = f"/improvements/{item.pk}"
    held = call("GET", path)
    assert (held["title"], held["loop"], held["effect"], len(held["evidence"])) == (
        "Broken parcels",
        None,
        None,
        2,
    )
    changed = call("PATCH", path, {"status": "done", "public_title": "Boxes that keep", "is_published": True})
    assert (changed["title"], changed["status"], changed["public_title"]) == (
        "Broken parcels", "done", "Boxes that keep",
    )  # fmt: skip
    assert changed["published_at"] is not None
    assert (changed["loop"]["supporters"], changed["loop"]["new"], changed["effect"]["days"]) == (2, 2, 0)
    assert call("POST", f"{path}/tellings") == {"meant": 2}
    assert call("POST", f"{path}/tellings") == {"meant": 0}
    tell_all_waiting()
    assert call("GET", path)["loop"]["told"] == 2
    assert [fact["title"] for fact in facts("SupporterTold")] == ["Boxes that keep"] * 2
    assert [one["id"] for one in call("GET", "/improvements?status=done")["items"]] == [item.pk]
    assert call("GET", "/improvements?status=new")["items"] == []


def test_what_is_left_out_of_a_change_stays(store: Store, call: Any) -> None:
    told = {
        "title": "Zips",
        "kind": "product",
        "urgency": "nice",
        "text": "They break.",
        "quarter": "2026-Q4",
    }
    made = call("POST", "/improvements", told, status=201)
    held = call("PATCH", f"/improvements/{made['id']}", {"urgency": "critical"})
    assert {name: held[name] for name in told} == {**told, "urgency": "critical"}
    assert held["owner_email"] is None
    call("PATCH", f"/improvements/{made['id']}", {"owner_email": None, "gap": "Others sew them twice."})


def test_evidence_is_a_theme_or_a_text_and_is_taken_away(store: Store, call: Any) -> None:
    made = call("POST", "/improvements", {"title": "Zips", "kind": "product", "urgency": "nice"}, status=201)
    [text] = texts_told(store, 1)
    path = f"/improvements/{made['id']}/evidence"
    held = call("POST", path, {"text_id": text.pk})
    assert (held["texts"], len(held["evidence"])) == (1, 1)
    call("POST", path, {}, status=422)
    call("POST", path, {"theme_id": 1, "text_id": 1}, status=422)
    call("POST", path, {"theme_id": 10**9}, status=404)
    call("DELETE", f"/improvement-evidence/{held['evidence'][0]['id']}", status=204)
    assert call("GET", f"/improvements/{made['id']}")["texts"] == 0


def test_what_cannot_be_is_refused_whole_and_named(store: Store, call: Any) -> None:
    item = asked_for(store, 1, status="new")
    path = f"/improvements/{item.pk}"
    call("POST", f"{path}/tellings", status=422)
    call("PATCH", path, {"status": "planned", "is_published": True}, status=422)
    assert call("GET", path)["status"] == "new"
    refused = call("PATCH", path, {"owner_email": "nobody@acme.example"}, status=422)
    assert refused["errors"][0]["field"] == "owner_email"
    assert ADA not in str(refused)
