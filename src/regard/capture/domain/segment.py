"""The Segment tracking API: what a request holds, and what is wrong with it.

Pure functions from bytes to rows. Permissive about fields that we do not know, strict about the few that
the log and the pipeline build on. Source: Segment's "HTTP API" and "Spec" documentation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from regard.capture.domain.log import NewEvent, key_of, new_key

MAX_EVENT_BYTES = 32 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_ID_CHARACTERS = 500
MAX_NAME_CHARACTERS = 200
# Properties that say whose an event is where it names nobody: what happened to an order happened to who placed it.
THINGS = ("order_id", "shipment_id", "tracking_number", "ticket_id")
TOO_LARGE = "The request is too large: an event may have 32 KB, a batch 500 KB."
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

CALLS = ("track", "identify", "page", "screen", "group", "alias")
# The calls and their one-letter forms, which Segment's browser library uses.
PATHS: Mapping[str, str] = {
    **{f"/v1/{call}": call for call in CALLS},
    **{f"/v1/{call[0]}": call for call in CALLS},
    "/v1/batch": "batch",
    "/v1/b": "batch",
    "/v1/import": "batch",
}


class Unreadable(ValueError):
    """The request as a whole cannot be read; the message says why."""


class Rejection(NamedTuple):
    """One event that cannot be accepted: which field, why, and the event as it came."""

    field: str
    reason: str
    body: bytes


class _Invalid(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Envelope(msgspec.Struct):
    """A batch. Events are kept as they came; what else is in it passes by unread."""

    batch: list[msgspec.Raw]
    writeKey: Any = None  # noqa: N815 - the names of the protocol
    sentAt: Any = None  # noqa: N815
    context: Any = None
    integrations: Any = None


_envelope = msgspec.json.Decoder(Envelope)


Content = Mapping[str, Any]


class Request(NamedTuple):
    """A request that could be read: its write key, if the body holds one, and its events."""

    write_key: str | None
    sent_at: datetime | None
    events: list[bytes]


def read_request(kind: str, body: bytes) -> Request:
    """Take a request apart. kind: one of CALLS, or "batch".

    Raises Unreadable for what is no UTF-8, no JSON, or no object of the expected shape.
    """
    if len(body) > (MAX_BATCH_BYTES if kind == "batch" else MAX_EVENT_BYTES):
        raise Unreadable(TOO_LARGE)
    try:
        body.decode()
        if kind == "batch":
            return _read_batch(body)
        content, _ = decode_object(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The body is not the JSON that this call takes: {error}") from error
    return Request(_text_or_none(content.get("writeKey")), _time_or_none(content.get("sentAt")), [body])


def _read_batch(body: bytes) -> Request:
    try:
        envelope = _envelope.decode(body)
    except msgspec.ValidationError:
        raise
    except ValueError:
        envelope = _envelope.decode(_repaired(body))
    shared = {
        name: fields
        for name, fields in (("context", envelope.context), ("integrations", envelope.integrations))
        if isinstance(fields, dict) and fields
    }
    events = [_with_shared(bytes(item), shared) for item in envelope.batch]
    return Request(_text_or_none(envelope.writeKey), _time_or_none(envelope.sentAt), events)


def _with_shared(event: bytes, shared: dict[str, Any]) -> bytes:
    """The event with the batch's own context and integrations beneath its own."""
    if not shared:
        return event
    try:
        content, _ = decode_object(event)
    except (ValueError, RecursionError):
        return event
    for name, fields in shared.items():
        own = content.get(name)
        if own is None or isinstance(own, dict):
            content[name] = {**fields, **(own or {})}
    return msgspec.json.encode(content)


def decode_object(body: bytes) -> tuple[dict[str, Any], bytes]:
    """The object that `body` holds, and the JSON text to keep of it, which is `body` itself where it can be.

    PostgreSQL and strict readers take no NUL, no half of a surrogate pair and no number beyond a double; senders
    produce them all the same, such as an emoji cut in two. They are replaced, the number by its text. Raises
    ValueError for what is no JSON object, RecursionError for one that is nested too deeply.
    """
    try:
        content = msgspec.json.decode(body)
        if b"\\u0000" in body:
            raise ValueError("a NUL character")
    except ValueError:
        body = _repaired(body)
        content = msgspec.json.decode(body)
    if not isinstance(content, dict):
        raise ValueError("an object was expected")  # noqa: TRY004 - what is wrong is the JSON, not our types
    return content, body


def _repaired(body: bytes) -> bytes:
    content = json.loads(body, parse_constant=_refuse_constant, parse_float=_float_or_text)
    return msgspec.json.encode(_clean(content))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _float_or_text(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean_text(name): _clean(item) for name, item in value.items()}
    return value


def _clean_text(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def read_event(
    kind: str,
    body: bytes,
    *,
    store_id: int,
    source_id: int | None,
    received_at: datetime,
    sent_at: datetime | None,
) -> NewEvent | Rejection:
    """One event as a row of the log, or what is wrong with it.

    kind: the call it came through; "batch" leaves the type to the event.
    """
    try:
        content, kept = _decode(body)
        if content.pop("writeKey", None) is not None:
            kept = msgspec.json.encode(content)  # the key must not stand in the log
        call_type = kind if kind != "batch" else _type(content.get("type"))
        user_id, anonymous_id = _identifiers(call_type, content)
        _check_objects(content)
        name = _event_name(content.get("event")) if call_type == "track" else _name(content.get("name"))
        occurred_at = _occurred_at(content, received_at, sent_at)
        key = _key(content.get("messageId"))
    except _Invalid as error:
        return Rejection(error.field, error.reason, body)
    return NewEvent(
        store_id,
        received_at,
        occurred_at,
        source_id,
        key,
        False,
        call_type,
        name,
        user_id,
        anonymous_id,
        kept,
    )


def _decode(body: bytes) -> tuple[dict[str, Any], bytes]:
    if len(body) > MAX_EVENT_BYTES:
        raise _Invalid("event", f"The event has {len(body)} bytes; at most {MAX_EVENT_BYTES} are taken.")
    try:
        return decode_object(body)
    except (ValueError, RecursionError) as error:
        raise _Invalid("event", f"Not an event: {error}") from error


def _type(value: Any) -> str:
    if value not in CALLS:
        raise _Invalid("type", f"The type is {_shown(value)}; use one of {', '.join(CALLS)}.")
    return str(value)


def _event_name(value: Any) -> str:
    if value is None or value == "" or (isinstance(value, str) and value.isspace()):
        raise _Invalid("event", "There is no event; give the name of what happened.")
    return _name(value, "event")


def _name(value: Any, field: str = "name") -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Invalid(field, f"The {field} is {_shown(value)}; it must be a text.")
    if len(value) > MAX_NAME_CHARACTERS:
        raise _Invalid(field, f"The {field} is longer than {MAX_NAME_CHARACTERS} characters.")
    return value


def _identifiers(call_type: str, call: Content) -> tuple[str | None, str | None]:
    user_id = _identifier("userId", call.get("userId"))
    anonymous_id = _identifier("anonymousId", call.get("anonymousId"))
    if user_id is None and anonymous_id is None and not (call_type == "track" and _names_thing(call)):
        raise _Invalid(
            "userId",
            "There is neither a userId nor an anonymousId; give at least one, or name in the properties of a "
            f"track call one of {', '.join(THINGS)}.",
        )
    if call_type == "alias" and _identifier("previousId", call.get("previousId")) is None:
        raise _Invalid("previousId", "An alias needs the previousId that the userId replaces.")
    if call_type == "group" and _identifier("groupId", call.get("groupId")) is None:
        raise _Invalid("groupId", "A group call needs the groupId that the user belongs to.")
    return user_id, anonymous_id


def _names_thing(call: Content) -> bool:
    properties = call.get("properties")
    return isinstance(properties, dict) and any(properties.get(name) not in (None, "") for name in THINGS)


def _identifier(field: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Invalid(field, f"The {field} is {_shown(value)}; it must be a text or a number.")
    text = str(value).strip()
    if len(text) > MAX_ID_CHARACTERS:
        raise _Invalid(field, f"The {field} is longer than {MAX_ID_CHARACTERS} characters.")
    return text or None


def _check_objects(call: Content) -> None:
    for field in ("properties", "traits", "context"):
        value = call.get(field)
        if value is not None and not isinstance(value, dict):
            raise _Invalid(field, f"The {field} must be an object.")


def _key(message_id: Any) -> bytes:
    if isinstance(message_id, str) and message_id:
        return key_of(message_id)
    if message_id is None or message_id == "":
        return new_key()
    if isinstance(message_id, bool) or not isinstance(message_id, (int, float)):
        raise _Invalid("messageId", f"The messageId is {_shown(message_id)}; it must be a text.")
    return key_of(str(message_id))


def _occurred_at(call: Content, received_at: datetime, sent_at: datetime | None) -> datetime:
    """When it happened by our clock: the sender's clock is corrected by how wrong its `sentAt` was."""
    value = call.get("timestamp")
    if value is None:
        return received_at
    timestamp = _time_or_none(value)
    if timestamp is None:
        reason = f"The timestamp is {_shown(value)}; use ISO 8601, like 2026-01-31T09:30:00Z."
        raise _Invalid("timestamp", reason)
    if timestamp < EARLIEST:
        reason = f"The timestamp is {_shown(value)}, too long ago; the earliest is {EARLIEST:%Y-%m-%d}."
        raise _Invalid("timestamp", reason)
    sent_at = sent_at or _time_or_none(call.get("sentAt"))
    if sent_at is None:
        return min(timestamp, received_at)
    try:
        return max(EARLIEST, min(timestamp + (received_at - sent_at), received_at))
    except OverflowError:
        return min(timestamp, received_at)


def _time_or_none(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def readable(body: bytes) -> str:
    """A rejected event as text that can be kept and shown, whatever its bytes were."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")
