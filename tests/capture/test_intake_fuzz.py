"""No request makes the intake fail, and what it acknowledges the database could keep."""

from __future__ import annotations

import gzip
import json

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.capture.test_segment import near_events

CALLS = ("track", "identify", "page", "screen", "group", "alias", "batch", "import", "t", "b", "nothing", "")
PATHS = st.sampled_from([*(f"/v1/{call}" for call in CALLS), "/regard.js", "/live/events", "/metrics", "/"])
BODIES = (
    st.binary(max_size=200)
    | near_events.map(lambda event: json.dumps(event).encode())
    | near_events.map(
        lambda event: json.dumps({"type": "track", "event": "E", "anonymousId": "a"} | event).encode()
    )
    | st.lists(near_events, max_size=5).map(lambda batch: json.dumps({"batch": batch}).encode())
)
ENCODINGS = st.sampled_from(["", "", "gzip", "br", "x"])
AUTHORIZATIONS = st.sampled_from(["right", "right", "right", "Basic !", "Bearer x", "Basic", ""])


def test_no_request_makes_the_intake_fail(intake: str, write_key: str, run_sql) -> None:
    @given(
        st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "OPTIONS"]),
        PATHS,
        BODIES,
        ENCODINGS,
        AUTHORIZATIONS,
    )
    @example("POST", "/v1/track", b'{"event": "E", "anonymousId": "a"}', "", "right")
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    def send(method: str, path: str, body: bytes, encoding: str, authorization: str) -> None:
        headers = {"content-encoding": encoding} if encoding else {}
        if authorization and authorization != "right":
            headers["authorization"] = authorization
        content = gzip.compress(body) if encoding == "gzip" and len(body) % 2 else body
        auth = (write_key, "") if authorization == "right" else None
        reply = client.request(method, path, content=content, headers=headers, auth=auth)
        assert reply.status_code < 500, (method, path, body, headers, reply.text)
        if reply.status_code >= 400 and method != "HEAD":
            assert reply.json()["success"] is False

    with httpx.Client(base_url=intake, timeout=30) as client:
        send()
        assert client.get("/readyz").status_code == 200
    # What was kept can be read back in every place, and names somebody.
    nobody = "coalesce(payload->>'userId', payload->>'anonymousId') IS NULL"
    assert run_sql(f"SELECT count(*) FROM capture_event WHERE {nobody}") == [(0,)]
    assert run_sql("SELECT count(*) > 0 FROM capture_event") == [(True,)]
