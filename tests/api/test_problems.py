"""Errors: always a problem after RFC 9457, that names the field and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from regard.core.edges import api
from regard.core.edges.ratelimit import RateLimits
from regard.core.models import Invitation, Store

from . import rows
from .conftest import Caller
from .operations import CASES, OPERATIONS


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The body, after a look at what every problem has."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def fields(answer: Any) -> list[str]:
    return [error["field"] for error in problem(answer, 422)["errors"]]


@pytest.mark.parametrize("path", ["/nothing", "/", "/sources/", "/sources/1/nothing"])
def test_address_without_anything(path: str, caller: Caller) -> None:
    assert problem(caller.get(path), 404)["title"] == "Not Found"


def test_method_that_is_not_taken(caller: Caller) -> None:
    answer = caller.call("PUT", "/sources")
    assert problem(answer, 405)["title"] == "Method Not Allowed"
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "POST"]


def test_key_that_is_missing() -> None:
    answer = Caller(None).get("/store")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b'"text"', b"\xff", b'{"name": NaN}', b'{"name": "\\ud800"}', b"[" * 100_000]
)
def test_body_that_is_no_object(body: bytes, caller: Caller) -> None:
    answer = caller.send("POST", "/sources", body)
    assert answer.status_code in {400, 422}
    problem(answer, answer.status_code)


def test_body_that_is_too_large(caller: Caller) -> None:
    told = problem(caller.send("POST", "/sources", b" " * 3_000_000), 413)
    assert told["detail"] == "The body is too large. Send less at once."


def test_fields_are_named(caller: Caller) -> None:
    assert fields(caller.post("/sources", {})) == ["name"]
    assert fields(caller.post("/sources", {"name": 7})) == ["name"]
    assert fields(caller.post("/sources", {"name": "a\0b"})) == ["name"]
    assert fields(caller.post("/sources", {"name": "Shop", "colour": "red"})) == ["colour"]
    assert fields(caller.post("/members/invitations", {"email": "no", "role": "agent"})) == ["email"]
    assert fields(caller.post("/members/invitations", {"email": "a@example.com", "role": "boss"})) == ["role"]
    assert fields(caller.post("/api-keys", {"name": "New", "scopes": ["fly"]})) == ["scopes"]
    assert fields(caller.get("/events?limit=0")) == ["limit"]
    assert fields(caller.get("/events?limit=201&after=yesterday")) == ["after", "limit"]
    assert fields(caller.get("/events?after=0001-01-01T00:00:00%2B23:00")) == ["after"]
    assert fields(caller.get("/events?name=%00")) == ["name"]
    assert fields(caller.get("/events/first")) == ["event_id"]


def test_parameters_that_are_not_known(store: Store, caller: Caller) -> None:
    answer = caller.get("/customers?q=x&bogus=1")
    assert fields(answer) == ["bogus", "q"]
    known = ", ".join(sorted(parameter_names("list_customers")))
    assert answer.json()["errors"][1]["message"] == f"There is no such parameter here. Known are: {known}."
    source = rows.add_source(store)
    assert fields(caller.post(f"/sources/{source}/write-keys?dry=1", {})) == ["dry"]
    assert caller.get(f"/sources/{source}/write-keys").json()["items"] == []


def parameter_names(operation_id: str) -> list[str]:
    parameters = OPERATIONS[operation_id][2]["parameters"]
    return [each["name"] for each in parameters if each["in"] == "query"]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_refuses_what_it_does_not_know(
    operation_id: str, store: Store, caller: Caller
) -> None:
    method, path, _ = OPERATIONS[operation_id]
    case = CASES[operation_id]
    if case.form:
        answer = caller.upload(f"{path}?bogus=1", case.form())
    else:
        thing = case.thing(store) if case.thing else 0
        body = case.body(store) if callable(case.body) else case.body
        query = f"{case.query}&bogus=1" if case.query else "?bogus=1"
        answer = caller.call(method, f"{re.sub('{.*?}', str(thing), path)}{query}", body)
    assert fields(answer) == ["bogus"]


def test_head_is_get_without_its_body(caller: Caller) -> None:
    head, get = caller.call("HEAD", "/customers"), caller.get("/customers")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert caller.call("HEAD", "/customers/999999999").status_code == 404


def test_key_makes_changes_and_removes_no_owner(store: Store, caller: Caller) -> None:
    owner, agent = rows.add_person(store, role="owner"), rows.add_person(store, 2)
    rows.add_person(store, 3, role="owner")  # so that it is not about the last one
    before = caller.get("/members").json()
    assert fields(caller.call("DELETE", f"/members/{owner}")) == ["role"]
    assert fields(caller.call("PATCH", f"/members/{owner}", {"role": "agent"})) == ["role"]
    assert fields(caller.call("PATCH", f"/members/{agent}", {"role": "owner"})) == ["role"]
    assert fields(caller.post("/members/invitations", {"email": "a@example.com", "role": "owner"})) == [
        "role"
    ]
    assert caller.get("/members").json() == before
    assert not Invitation.objects.exists()


def test_name_that_is_taken(store: Store, caller: Caller) -> None:
    rows.add_source(store)
    assert fields(caller.post("/sources", {"name": "Shop 1"})) == ["name"]


def test_event_that_still_cannot_be_accepted(store: Store, caller: Caller) -> None:
    rejected = rows.add_rejected(store)
    assert fields(caller.post(f"/rejected-events/{rejected}/replay")) == ["event"]
    assert fields(caller.post(f"/rejected-events/{rejected}/replay", {"event": {"event": "x"}})) == ["userId"]


@contextmanager
def database_away() -> Iterator[None]:
    def fail(*_: Any) -> Any:
        raise OperationalError("the connection is lost")

    with connection.execute_wrapper(fail):
        yield


def test_database_that_is_away(caller: Caller) -> None:
    with database_away():
        answer = caller.get("/store")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "2"


def test_more_requests_than_allowed(
    store: Store, caller_of: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = RateLimits(rate=0.01, burst=2)
    monkeypatch.setattr(api, "rate_limits", lambda: limits)
    caller, other = caller_of(store), caller_of(store, name="Other")

    first, second, third = (caller.get("/store") for _ in range(3))
    for answer, remaining in ((first, "1"), (second, "0"), (third, "0")):
        assert answer.headers["RateLimit-Limit"] == "2"
        assert answer.headers["RateLimit-Remaining"] == remaining
    assert (first.status_code, second.status_code) == (200, 200)
    problem(third, 429)
    assert 0 < int(third.headers["Retry-After"]) <= 100
    assert 100 < int(third.headers["RateLimit-Reset"]) <= 200
    assert other.get("/store").status_code == 200
