"""Taking what could identify a person out of events of the log, for good.

What is left of an event is what happened, when, and the numbers of the business: so counts and sums stay, and the
log can still be read again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import msgspec
from django.conf import settings

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import events_by_id
from regard.capture.models import ParkedEvent
from regard.core.models import Store
from regard.core.registry import fact_types, impersonal_fields

AT_A_TIME = 10_000  # events
# Ids of others that lead to a person: they stay apart from each other, and lead nowhere.
PSEUDONYMOUS = {"tracking_number"}
MAX_TEXT = 200  # characters of a value that is kept: what is longer is no number, date or id
REDACT = """
    UPDATE capture_event AS event
    SET user_id = new.user_id, anonymous_id = new.anonymous_id, payload = new.payload::json
    FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[]) AS new (id, user_id, anonymous_id, payload)
    WHERE event.store_id = %b AND event.id = new.id
"""

Pseudonyms = tuple[str | None, str | None]  # the user id and the anonymous id that an event has from now on


def redact_events(*, store: Store, events: Mapping[int, Pseudonyms]) -> int:
    """Redact events, given by id; gives how many there were."""
    ids = sorted(events)
    redacted = 0
    for start in range(0, len(ids), AT_A_TIME):
        redacted += _redact(store, ids[start : start + AT_A_TIME], events)
    ParkedEvent.objects.filter(store=store, event_id__in=ids).update(error="")
    return redacted


@cache
def kept_fields() -> frozenset[str]:
    """The names of fields that stay: those that rooms have named, and numbers and times of all facts."""
    texts, figures = set[str](), set[str]()
    for fact_type in fact_types:
        for field in msgspec.structs.fields(fact_type):
            (figures if _is_figure(field.type) else texts).add(field.name)
    return (frozenset(figures) - texts).union(*impersonal_fields)


def _is_figure(annotation: Any) -> bool:
    parts = [part for part in get_args(annotation) if part not in (type(None), ...)] or [annotation]
    return all(part in (int, float, bool, Decimal, datetime) for part in parts)


def pseudonym_of(value: str) -> str:
    """What stands for an id that names a person: the same for the same id, and nobody can tell it from trying."""
    return "erased:" + hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()[:24]


def impersonal_id(value: str) -> str:
    """The id of a thing as it stays after an erasure; some tools name things by the address of their person."""
    return pseudonym_of(value) if "@" in value else value


def _redact(store: Store, event_ids: Sequence[int], events: Mapping[int, Pseudonyms]) -> int:
    kept = kept_fields()
    rows = [
        (event.id, *events[event.id], msgspec.json.encode(_impersonal(event.body, kept)).decode())
        for event in events_by_id(store.pk, event_ids)
    ]
    run_bulk(REDACT, (*columns_of(rows, 4), store.pk))
    return len(rows)


def _impersonal(value: Any, kept: Collection[str], field: str = "") -> Any:
    """The parts of a value that say nothing of who somebody is; field: where it stands."""
    match value:
        case dict():
            parts = {name: _impersonal(part, kept, name) for name, part in value.items() if name in kept}
            return {name: part for name, part in parts.items() if part is not None}
        case list():
            return [_impersonal(part, kept, field) for part in value]
        case str() if field in PSEUDONYMOUS:
            return pseudonym_of(value)
        case str() if field.endswith("_id"):
            return impersonal_id(value) if len(value) <= MAX_TEXT else None
        case str():
            return value if len(value) <= MAX_TEXT and "@" not in value else None
        case _:
            return value
