"""What the Segment calls mean, and what is wrong with those that cannot be taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regard.capture.domain.log import NewEvent
from regard.capture.domain.segment import (
    CALLS,
    MAX_BATCH_BYTES,
    MAX_EVENT_BYTES,
    PATHS,
    Rejection,
    Unreadable,
    read_event,
    read_request,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def read(kind: str, event: object, *, sent_at: datetime | None = None) -> NewEvent | Rejection:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return read_event(kind, body, store_id=1, source_id=2, received_at=NOW, sent_at=sent_at)


def accepted(kind: str, event: object, **more: datetime) -> NewEvent:
    row = read(kind, event, **more)
    assert isinstance(row, NewEvent), row
    return row


@pytest.mark.parametrize(
    ("kind", "event", "name"),
    [
        ("track", {"userId": "u", "event": "Order Completed"}, "Order Completed"),
        ("identify", {"userId": "u", "traits": {"email": "a@b.c"}}, ""),
        ("page", {"anonymousId": "a", "name": "Home"}, "Home"),
        ("page", {"anonymousId": "a", "name": None, "properties": None}, ""),
        ("screen", {"userId": 42, "name": "Cart"}, "Cart"),
        ("group", {"userId": "u", "groupId": "g"}, ""),
        ("alias", {"userId": "u", "previousId": "old"}, ""),
        ("batch", {"type": "track", "userId": "u", "event": "X", "someday": {"new": [1]}}, "X"),
        ("track", {"event": "Order Shipped", "properties": {"order_id": 1001}}, "Order Shipped"),
        ("track", {"event": "Shipment Updated", "properties": {"tracking_number": "T"}}, "Shipment Updated"),
    ],
)
def test_every_call_is_taken(kind, event, name):
    row = accepted(kind, event)
    assert row.name == name
    assert row.type == (event["type"] if kind == "batch" else kind)
    assert json.loads(row.payload) == event
    assert (row.store_id, row.source_id, row.received_at, row.history) == (1, 2, NOW, False)


def test_what_phones_send_to_import_is_a_batch_that_is_live():
    body = json.dumps({"batch": [{"type": "track", "userId": "u", "event": "X"}]}).encode()
    (event,) = read_request(PATHS["/v1/import"], body).events
    row = accepted(PATHS["/v1/import"], event)
    assert (row.type, row.name, row.history) == ("track", "X", False)


@pytest.mark.parametrize(
    ("kind", "event", "field"),
    [
        ("track", {"userId": "u"}, "event"),
        ("track", {"userId": "u", "event": ""}, "event"),
        ("track", {"userId": "u", "event": 5}, "event"),
        ("track", {"userId": "u", "event": "x" * 201}, "event"),
        ("track", {"event": "X"}, "userId"),
        ("track", {"userId": "", "anonymousId": None, "event": "X"}, "userId"),
        ("track", {"event": "X", "properties": {"order_id": ""}}, "userId"),
        ("track", {"event": "X", "properties": "order_id"}, "userId"),
        ("identify", {"properties": {"order_id": "1"}}, "userId"),
        ("track", {"userId": {"a": 1}, "event": "X"}, "userId"),
        ("track", {"userId": True, "event": "X"}, "userId"),
        ("track", {"anonymousId": "x" * 501, "event": "X"}, "anonymousId"),
        ("track", {"userId": "u", "event": "X", "properties": [1]}, "properties"),
        ("identify", {"userId": "u", "traits": "tall"}, "traits"),
        ("identify", {"userId": "u", "context": 1}, "context"),
        ("page", {"userId": "u", "name": 1}, "name"),
        ("group", {"userId": "u"}, "groupId"),
        ("alias", {"userId": "u"}, "previousId"),
        ("track", {"userId": "u", "event": "X", "timestamp": "yesterday"}, "timestamp"),
        ("track", {"userId": "u", "event": "X", "timestamp": "1812-01-01T00:00:00Z"}, "timestamp"),
        ("track", {"userId": "u", "event": "X", "messageId": {}}, "messageId"),
        ("batch", {"userId": "u", "event": "X"}, "type"),
        ("batch", {"userId": "u", "type": ["track"]}, "type"),
        ("batch", b"[]", "event"),
        ("batch", b"17", "event"),
        ("batch", b'{"userId": "' + b"x" * MAX_EVENT_BYTES + b'"}', "event"),
        ("batch", b"[" * 10_000, "event"),
    ],
)
def test_what_is_wrong_is_named(kind, event, field):
    row = read(kind, event)
    assert isinstance(row, Rejection)
    assert row.field == field
    assert len(row.reason) <= 300


def test_the_same_message_id_gives_the_same_key():
    one, two = (accepted("track", {"userId": u, "event": "X", "messageId": "m"}) for u in "ab")
    assert one.key == two.key
    three, four = (accepted("track", {"userId": "a", "event": "X"}) for _ in range(2))
    assert three.key != four.key


def test_the_write_key_is_not_kept():
    row = accepted("track", {"userId": "u", "event": "X", "writeKey": "rw_secret"})
    assert json.loads(row.payload) == {"userId": "u", "event": "X"}


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "occurred_at"),
    [
        (None, None, NOW),
        ("2026-05-01T11:00:00Z", None, NOW - timedelta(hours=1)),
        ("2026-05-01T13:00:00+02:00", None, NOW - timedelta(hours=1)),
        ("2026-05-01T11:00:00", None, NOW - timedelta(hours=1)),  # without a zone: UTC
        ("2026-05-01T14:00:00Z", None, NOW),  # from the future
        (
            "2026-05-01T14:00:00Z",
            NOW + timedelta(hours=2, minutes=5),
            NOW - timedelta(minutes=5),
        ),  # clock ahead
        ("2020-01-01T00:00:00Z", NOW, datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_when_it_occurred_is_told_by_our_clock(timestamp, sent_at, occurred_at):
    event = {"userId": "u", "event": "X", "timestamp": timestamp}
    assert accepted("track", event, sent_at=sent_at).occurred_at == occurred_at


def test_a_batch_lends_its_events_its_context():
    body = json.dumps(
        {
            "writeKey": "k",
            "sentAt": "2026-05-01T12:00:00Z",
            "context": {"device": "phone", "ip": "1.2.3.4"},
            "batch": [{"type": "page", "userId": "u", "context": {"ip": "5.6.7.8"}}, 5, {"type": "page"}],
        }
    ).encode()
    request = read_request("batch", body)
    assert (request.write_key, request.sent_at) == ("k", NOW)
    first, second, third = (json.loads(event) for event in request.events)
    assert first["context"] == {"device": "phone", "ip": "5.6.7.8"}
    assert second == 5
    assert third["context"] == {"device": "phone", "ip": "1.2.3.4"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("track", b""),
        ("track", b"[]"),
        ("track", b"{'a': 1}"),
        ("track", b'{"userId": NaN}'),
        ("track", b'\xff{"userId": "u"}'),
        ("track", b"[" * 30_000),
        ("track", b"{" + b" " * MAX_EVENT_BYTES + b"}"),
        ("batch", b"{}"),
        ("batch", b'{"batch": 5}'),
        ("batch", b'{"batch": [tru]}'),
        ("batch", b'{"batch": []}' + b" " * MAX_BATCH_BYTES),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(kind, body):
    with pytest.raises(Unreadable):
        read_request(kind, body)


def test_what_databases_cannot_keep_is_replaced():
    """Half an emoji, a NUL and a number beyond all doubles are valid JSON, and do not spoil their batch."""
    odd = rb'{"type": "track", "userId": "a\u0000b", "event": "X", "properties": {"t": "\ud83d", "n": 1e999}}'
    good = b'{"type": "page", "userId": "u"}'
    request = read_request("batch", b'{"batch": [' + odd + b", " + good + b"]}")
    first, second = (accepted("batch", event) for event in request.events)
    assert first.user_id == "a\ufffdb"
    assert msgspec.json.decode(first.payload)["properties"] == {"t": "?", "n": "1e999"}
    assert second.type == "page"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(
    [
        "type",
        "userId",
        "anonymousId",
        "event",
        "name",
        "timestamp",
        "sentAt",
        "messageId",
        "properties",
        "groupId",
    ]
)
near_events = st.dictionaries(fields, json_values | st.sampled_from([*CALLS, "2026-05-01T11:00:00Z"]))


@given(st.sampled_from([*CALLS, "batch"]), st.binary() | near_events.map(lambda e: json.dumps(e).encode()))
@example("track", rb'{"userId": "\udfff", "event": "\ud800"}')
@example("track", b'{"userId": "u", "event": "X", "timestamp": "9999-12-31T23:59:59-23:59"}')
@example("track", b'{"userId": "u", "event": "X", "timestamp": "0001-01-01T00:00:00+23:59"}')
@example("track", b'{"userId": "u", "event": "X", "p": ' + b"9" * 5000 + b"}")
@example("batch", b'{"batch": [' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"]}")
def test_nothing_that_is_sent_is_too_much(kind, body):
    """Whatever comes is a row that PostgreSQL and the pipeline can read, or is refused with a reason."""
    try:
        request = read_request(kind, body)
    except Unreadable:
        return
    for event in request.events:
        row = read_event(kind, event, store_id=1, source_id=2, received_at=NOW, sent_at=request.sent_at)
        if isinstance(row, Rejection):
            assert row.field
            assert row.reason
        else:
            assert isinstance(msgspec.json.decode(row.payload), dict)
            assert b"\\u0000" not in row.payload
            assert row.user_id or row.anonymous_id
            assert datetime(1970, 1, 1, tzinfo=UTC) <= row.occurred_at <= NOW
            for text in (row.name, row.user_id or "", row.anonymous_id or ""):
                assert "\0" not in text
                text.encode()


def test_a_time_before_all_stores_is_said_to_be_too_long_ago():
    row = read("track", {"userId": "u", "event": "X", "timestamp": "1850-01-01T00:00:00Z"})
    assert isinstance(row, Rejection)
    assert row.reason == (
        "The timestamp is '1850-01-01T00:00:00Z', too long ago; the earliest is 1970-01-01."
    )
