"""Taking what could identify a person out of events of the log, for good.

What is left of an event is what happened, when, and the numbers of the business: so counts and sums stay, and the
log can still be read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import msgspec

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.impersonal import figure, nothing
from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.capture.models import ParkedEvent
from regard.core.models import Store
from regard.core.registry import KeptValue, fact_types, impersonal_fields

AT_A_TIME = 10_000  # events
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
def kept_fields() -> Mapping[str, Mapping[str, KeptValue]]:
    """What stays of which fields, by the name of the event: what rooms have named, and figures of all facts."""
    told = {name: dict(impersonal_fields.get(name)) for name in impersonal_fields.names()}
    for fact_type in fact_types:
        fields = msgspec.structs.fields(fact_type)
        figures = {field.name: figure for field in fields if _is_figure(field.type)}
        told[fact_type.__name__] = figures | told.get(fact_type.__name__, {})
    return told


def _is_figure(annotation: Any) -> bool:
    parts = [part for part in get_args(annotation) if part not in (type(None), ...)] or [annotation]
    return all(part in (int, float, bool, Decimal, datetime) for part in parts)


def _redact(store: Store, event_ids: Sequence[int], events: Mapping[int, Pseudonyms]) -> int:
    rows = [
        (event.id, *events[event.id], msgspec.json.encode(_impersonal(event.body, _kept_of(event))).decode())
        for event in events_by_id(store.pk, event_ids)
    ]
    run_bulk(REDACT, (*columns_of(rows, 4), store.pk))
    return len(rows)


def _kept_of(event: LoggedEvent) -> Mapping[str, KeptValue]:
    return kept_fields().get(event.name, {}) if event.type in ("track", "fact") else {}


def _impersonal(value: Any, kept: Mapping[str, KeptValue], keep: KeptValue = nothing) -> Any:
    """The parts of a value that say nothing of who somebody is; keep: the rule for the field where it stands."""
    match value:
        case dict():
            parts = {
                name: _impersonal(part, kept, kept[name]) for name, part in value.items() if name in kept
            }
            return {name: part for name, part in parts.items() if part is not None}
        case list():
            return [_impersonal(part, kept, keep) for part in value]
        case None | "":
            return value
        case _:
            return keep(value)
