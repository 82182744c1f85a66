"""The intake over real HTTP, in a process of its own, as SDKs and browsers use it."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.domain.stream_tokens import issue_stream_token
from tests.conftest import intake_serving, wait_until

Sql = Callable[..., list[tuple]]


def track(n: int | str, **more: object) -> dict:
    return {"userId": "u1", "event": "Tested", "messageId": f"m{n}", **more}


@pytest.fixture
def client(intake: str, write_key: str):
    with httpx.Client(base_url=intake, auth=(write_key, ""), timeout=60) as client:
        yield client


def names(run_sql: Sql) -> list[str]:
    return [name for (name,) in run_sql("SELECT name FROM capture_event ORDER BY id")]


def test_an_event_is_there_when_it_is_acknowledged(client, run_sql, store):
    reply = client.post("/v1/track", json=track(1, event="Order Completed"))
    assert (reply.status_code, reply.json()) == (200, {"success": True})
    assert run_sql("SELECT store_id, type, name, user_id, payload->>'messageId' FROM capture_event") == [
        (store.pk, "track", "Order Completed", "u1", "m1")
    ]


@pytest.mark.parametrize("path", ["track", "identify", "page", "screen", "group", "alias"])
def test_every_call_has_its_path(client, run_sql, path):
    event = {"userId": "u", "event": "X", "groupId": "g", "previousId": "p"}
    assert client.post(f"/v1/{path}", json=event).status_code == 200
    assert client.post(f"/v1/{path[0]}", json=event).status_code == 200
    assert run_sql("SELECT type, count(*) FROM capture_event GROUP BY 1") == [(path, 2)]


def test_a_repeat_is_one_event(client, run_sql):
    for _ in range(3):
        assert client.post("/v1/track", json=track(1)).status_code == 200
    batch = {"batch": [{"type": "track", **track(n)} for n in (1, 2, 2)]}
    assert client.post("/v1/batch", json=batch).status_code == 200
    assert run_sql("SELECT payload->>'messageId' FROM capture_event ORDER BY id") == [("m1",), ("m2",)]


def test_a_malformed_event_of_a_batch_is_kept_apart(client, run_sql):
    batch = {"batch": [{"type": "track", **track(1)}, {"type": "track", "userId": "u"}, {"type": "page"}]}
    assert client.post("/v1/batch", json=batch).status_code == 200
    assert names(run_sql) == ["Tested"]
    rows = run_sql("SELECT field, sent_as, state, body::json->>'type' FROM capture_rejectedevent ORDER BY id")
    assert rows == [("event", "batch", "open", "track"), ("userId", "batch", "open", "page")]


def test_a_malformed_event_by_itself_is_answered_and_kept(client, run_sql):
    reply = client.post("/v1/track", json={"userId": "u"})
    assert reply.status_code == 400
    assert "event" in reply.json()["message"]
    assert run_sql("SELECT field FROM capture_rejectedevent") == [("event",)]


def test_what_is_no_json_is_400(client, run_sql):
    for body in (b"", b"nonsense", b"[]", b"\xff"):
        reply = client.post("/v1/track", content=body)
        assert (reply.status_code, reply.json()["success"]) == (400, False)
    assert run_sql("SELECT 1 FROM capture_event") == []


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("track", 31_000, 200), ("track", 33_000, 400), ("batch", 33_000, 200), ("batch", 520_000, 400)],
)
def test_sizes_are_limited(client, run_sql, path, size, status):
    event = {"type": "track", **track(1, properties={"text": "x" * size})}
    reply = client.post(f"/v1/{path}", json={"batch": [event]} if path == "batch" else event)
    assert reply.status_code == status
    kept = run_sql("SELECT count(*) FROM capture_event")[0][0]
    assert kept == (1 if size == 31_000 else 0)
    rejected = run_sql("SELECT count(*) FROM capture_rejectedevent")[0][0]
    assert rejected == (1 if (path, size) == ("batch", 33_000) else 0)


def test_gzip_is_understood_and_bombs_are_not(client, run_sql):
    packed = gzip.compress(json.dumps(track(1)).encode())
    headers = {"content-encoding": "gzip"}
    assert client.post("/v1/track", content=packed, headers=headers).status_code == 200
    for body in (packed[:-9], b"no gzip", gzip.compress(b" " * 100_000_000)):
        assert client.post("/v1/track", content=body, headers=headers).status_code == 400
    assert client.post("/v1/track", content=b"x", headers={"content-encoding": "br"}).status_code == 400
    assert names(run_sql) == ["Tested"]


def test_the_write_key_may_stand_in_the_body(intake, write_key, run_sql):
    assert httpx.post(f"{intake}/v1/track", json=track(1, writeKey=write_key)).status_code == 200
    body = json.dumps({"batch": [{"type": "track", **track(2)}], "writeKey": write_key})
    beacon = httpx.post(f"{intake}/v1/batch", content=body, headers={"content-type": "text/plain"})
    assert beacon.status_code == 200
    assert run_sql("SELECT payload->>'writeKey', payload->>'messageId' FROM capture_event ORDER BY id") == [
        (None, "m1"),
        (None, "m2"),
    ]


def test_without_a_living_key_nothing_is_taken(intake, write_key, run_sql, store):
    key, revoked = create_write_key(
        source=source_named(store=store, name="old", actor="tests"), actor="tests"
    )
    type(key).objects.filter(pk=key.pk).update(revoked_at="2026-01-01T00:00:00Z")
    api_key = "rk_" + "x" * 32
    for auth in (None, ("", ""), ("wrong", ""), (revoked, ""), (api_key, ""), ("", write_key)):
        reply = httpx.post(f"{intake}/v1/track", json=track(1), auth=auth, timeout=60)
        assert reply.status_code == 401, auth
    for header in ("Basic !!!", "Basic /w==", "Bearer " + write_key, "Basic"):
        reply = httpx.post(f"{intake}/v1/track", json=track(1), headers={"authorization": header}, timeout=60)
        assert reply.status_code == 401, header
    assert run_sql("SELECT 1 FROM capture_event") == []
    assert run_sql("SELECT 1 FROM capture_rejectedevent") == []


def test_keys_write_into_their_own_store_only(client, intake, other_store, store, run_sql):
    source = source_named(store=other_store, name="web", actor="tests")
    _, token = create_write_key(source=source, actor="tests")
    client.post("/v1/track", json=track(1))
    httpx.post(f"{intake}/v1/track", json=track(1), auth=(token, ""), timeout=60)
    assert run_sql("SELECT store_id FROM capture_event ORDER BY id") == [(store.pk,), (other_store.pk,)]


def test_browsers_may_send_from_any_page(client):
    preflight = client.options(
        "/v1/track", headers={"origin": "https://shop.example", "access-control-request-method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    for reply in (client.post("/v1/track", json=track(1)), client.post("/v1/track", content=b"x")):
        assert reply.headers["access-control-allow-origin"] == "*"


def test_more_than_the_key_may_send_is_429_and_not_kept(intake, store, run_sql):
    source = source_named(store=store, name="busy", actor="tests")
    _, token = create_write_key(source=source, actor="tests", events_per_second=2)
    with httpx.Client(base_url=intake, auth=(token, ""), timeout=60) as client:
        replies = [client.post("/v1/track", json=track(n)) for n in range(12)]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert {reply.status_code for reply in replies} == {200, 429}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in refused)
    assert run_sql("SELECT count(*) FROM capture_event") == [(12 - len(refused),)]


def test_a_database_that_is_away_is_503_and_then_well_again(client, run_sql):
    assert client.post("/v1/track", json=track(1)).status_code == 200
    run_sql("ALTER TABLE capture_event RENAME TO away")
    reply = client.post("/v1/track", json=track(2))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    run_sql("ALTER TABLE away RENAME TO capture_event")
    run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND query LIKE '%%capture_event%%'"
    )
    wait_until(lambda: client.post("/v1/track", json=track(2)).status_code == 200)
    assert run_sql("SELECT payload->>'messageId' FROM capture_event ORDER BY id") == [("m1",), ("m2",)]


def test_one_request_that_the_database_refuses_does_not_spoil_the_others(client, run_sql):
    """A constraint stands for whatever a database may refuse: the commit is shared, the refusal is not."""
    run_sql(
        "ALTER TABLE capture_event ADD CONSTRAINT no_bad CHECK (name <> 'Bad' OR 1 / length(user_id) < 0)"
    )
    run_sql("ALTER TABLE capture_event DROP CONSTRAINT no_bad")
    run_sql(
        "CREATE OR REPLACE FUNCTION refuse_bad() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN IF NEW.name = 'Bad' THEN RAISE invalid_text_representation; END IF; RETURN NEW; END$$"
    )
    run_sql("CREATE TRIGGER refuse BEFORE INSERT ON capture_event FOR EACH ROW EXECUTE FUNCTION refuse_bad()")
    try:
        with ThreadPoolExecutor(16) as pool:
            replies = list(
                pool.map(
                    lambda n: client.post("/v1/track", json=track(n, event="Bad" if n % 5 == 0 else "Good")),
                    range(50),
                )
            )
    finally:
        run_sql("DROP TRIGGER refuse ON capture_event")
    assert [reply.status_code for reply in replies] == [400 if n % 5 == 0 else 200 for n in range(50)]
    assert names(run_sql) == ["Good"] * 40


def test_many_at_once_are_each_there_once(client, run_sql):
    def send(n: int) -> int:
        return client.post("/v1/track", json=track(n % 150)).status_code

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(send, range(600))) == {200}
    assert run_sql("SELECT count(*), count(DISTINCT key) FROM capture_event") == [(150, 150)]


def test_two_processes_settle_the_same_key_between_them(database_dsn, intake, write_key, run_sql):
    with intake_serving(database_dsn) as other:
        for round_ in range(20):
            barrier = threading.Barrier(2)

            def send(url: str, round_: int = round_, barrier: threading.Barrier = barrier) -> int:
                batch = [{"type": "track", **track(f"{round_}-{n}")} for n in range(50)]
                barrier.wait()
                reply = httpx.post(f"{url}/v1/batch", json={"batch": batch}, auth=(write_key, ""), timeout=60)
                return reply.status_code

            with ThreadPoolExecutor(2) as pool:
                assert list(pool.map(send, (intake, other))) == [200, 200]
    assert run_sql("SELECT count(*), count(DISTINCT key) FROM capture_event") == [(1000, 1000)]


def test_a_sender_that_goes_away_midway_disturbs_nobody(client, intake, write_key, run_sql):
    host, port = intake.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    assert client.post("/v1/track", json=track(1)).status_code == 200
    assert names(run_sql) == ["Tested"]


def test_other_paths_and_methods(client):
    assert client.get("/v1/track").status_code == 405
    assert client.post("/v1/nothing").status_code == 404
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    metrics = client.get("/metrics")
    assert re.search(r"^regard_events_committed_total \d+$", metrics.text, re.MULTILINE)


def test_the_snippet_is_served(client):
    plain = client.get("/regard.js", headers={"accept-encoding": "identity"})
    packed = client.get("/regard.js", headers={"accept-encoding": "gzip"})
    assert plain.status_code == 200
    assert plain.text == packed.text
    assert "javascript" in plain.headers["content-type"]
    assert int(packed.headers["content-length"]) < 5_000
    again = client.get("/regard.js", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


class Listener(threading.Thread):
    """A page that watches a live stream, until it has seen `wanted` events."""

    def __init__(self, url: str, wanted: int) -> None:
        super().__init__(daemon=True)
        self.url, self.wanted = url, wanted
        self.connected, self.enough = threading.Event(), threading.Event()
        self.events: list[dict] = []

    def run(self) -> None:
        with contextlib.suppress(httpx.HTTPError), httpx.stream("GET", self.url, timeout=30) as reply:
            for line in reply.iter_lines():
                self.connected.set()
                if line.startswith("data: {"):
                    self.events.append(json.loads(line.removeprefix("data: ")))
                if len(self.events) >= self.wanted or self.enough.is_set():
                    return


def test_a_live_stream_shows_the_store_its_events_and_no_others(client, intake, store, other_store):
    listener = Listener(f"{intake}/live/events?token={issue_stream_token(store.pk)}&name=show", 2)
    stranger = Listener(f"{intake}/live/events?token={issue_stream_token(other_store.pk)}", 1)
    listener.start()
    stranger.start()
    listener.connected.wait(60)
    stranger.connected.wait(60)
    wait_until(lambda: "regard_live_streams 2" in client.get("/metrics").text)
    # The first look fixes where the stream begins, so the events come after it.
    threading.Event().wait(1.5)
    for name in ("Show one", "Hidden", "show two"):
        assert client.post("/v1/track", json=track(uuid.uuid4().hex, event=name)).status_code == 200
    listener.join(60)
    assert [event["name"] for event in listener.events] == ["Show one", "show two"]
    stranger.enough.set()
    assert stranger.events == []


def test_a_live_stream_needs_a_pass(client):
    for token in ("", "x", "x:y:z"):
        assert client.get(f"/live/events?token={token}").status_code == 401
