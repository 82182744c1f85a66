"""Visits to the site or app: the same whatever order the events arrive in.

A visit keeps its steps, each with the id of its event. A step that comes late is put among those of the visits
around it, and these are cut anew where there was no step for half an hour, and at midnight. More steps never part
a visit, so that an event between two of a day makes one of them, and one that comes again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import columns_of, run_bulk, walking_indexes
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.profile.domain.visits.steps import Step, step_kind, step_of
from regard.profile.domain.visits.told import PAUSE, moment_of, visit_told, visits_among

Steps = dict[int, Step]  # of a visitor, by the id of the event
COLUMNS = {
    "identity_id": "bigint", "started_at": "timestamptz", "ended_at": "timestamptz", "pages": "int",
    "product_ids": "varchar[]", "most_looks": "int", "policy_pages": "int", "deepest_scroll": "smallint",
    "had_cart": "boolean", "in_cart": "int", "taken_out": "int",
    "reached_checkout": "boolean", "bounced": "boolean", "order_external_id": "text",
    "landing_page": "text", "referrer": "text", "source": "text", "medium": "text",
    "campaign": "text", "device": "text", "steps": "jsonb",
}  # fmt: skip
# Visits do not overlap, so those of a time are the last that began before it and all that began in it. Fenced
# (OFFSET 0), since a store that is new to the planner's statistics seems to have one visit, with which it would
# begin.
AROUND = """
    SELECT visit.id, new.visitor, visit.steps
    FROM unnest(%b::text[], %b::timestamptz[], %b::timestamptz[]) AS new (visitor, first, last)
    CROSS JOIN (SELECT %b::bigint AS id) AS store
    CROSS JOIN LATERAL (
        SELECT coalesce(max(started_at), new.first) AS first FROM profile_visit
        WHERE visitor = new.visitor AND store_id = store.id AND started_at <= new.first
    ) AS before
    CROSS JOIN LATERAL (
        SELECT id, steps::text FROM profile_visit WHERE visitor = new.visitor AND store_id = store.id
        AND started_at BETWEEN before.first AND new.last AND ended_at >= new.first AND steps IS NOT NULL OFFSET 0
    ) AS visit
"""
_SHAPE = ", ".join(f"{name} {type_}" for name, type_ in {"visitor": "text", **COLUMNS}.items())
ADD = f"""
    INSERT INTO profile_visit (store_id, visitor, {", ".join(COLUMNS)})
    SELECT %b, visitor, {", ".join(COLUMNS)} FROM json_to_recordset(%b::json) AS told ({_SHAPE})
"""
CHANGE = f"""
    UPDATE profile_visit AS visit SET {", ".join(f"{name} = told.{name}" for name in COLUMNS)}
    FROM json_to_recordset(%b::json) AS told (id bigint, {_SHAPE}) WHERE visit.id = told.id
"""
REMOVE = "DELETE FROM profile_visit WHERE id = ANY(%b)"


def project_visits(batch: Batch) -> None:
    """Bring the visits up to date that the batch tells of. Runs after identify_batch."""
    by_visitor: dict[str, Steps] = {}
    identity_of = batch.identity_of
    for visitor, step in batch.read(read_steps):
        if identity := identity_of.get(step.event):
            step.identity = identity
            by_visitor.setdefault(visitor or f"#{identity}", {})[step.event] = step
    if not by_visitor:
        return
    held = _visits_around(batch.store, by_visitor)
    _save(batch.store, by_visitor, held)


def read_steps(_store: Store, events: Sequence[LoggedEvent]) -> list[tuple[str, Step]]:
    """What the events tell of visits, each with its browser, "" for none."""
    return [
        (event.anonymous_id or "", step_of(event, kind)) for event in events if (kind := step_kind(event))
    ]


Held = dict[str, dict[int, list[Step]]]  # by visitor: the steps of visits by the visit's id


def _visits_around(store: Store, by_visitor: dict[str, Steps]) -> Held:
    """What is kept of the visits that these steps may belong to."""
    spans = [(visitor, *_around(steps.values())) for visitor, steps in by_visitor.items()]
    with walking_indexes():
        rows = run_bulk(AROUND, (*columns_of(spans, 3), store.pk))
    held: Held = {}
    for visit_id, visitor, steps in rows:
        held.setdefault(visitor, {})[visit_id] = msgspec.json.decode(steps, type=list[Step])
    return held


def _around(steps: Iterable[Step]) -> tuple[datetime, datetime]:
    """The first and the last moment at which a step of the same visit may have been taken."""
    moments = [step.at for step in steps]
    return moment_of(min(moments) - PAUSE), moment_of(max(moments) + PAUSE)


def _save(store: Store, by_visitor: dict[str, Steps], held: Held) -> None:
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[int] = []
    written: set[int] = (
        set()
    )  # one that was cut at other midnights may be in parts now, and is the first of them
    zone = ZoneInfo(store.time_zone)
    for visitor, new in by_visitor.items():
        kept = held.get(visitor, {})
        place = {step.event: visit_id for visit_id, steps in kept.items() for step in steps}
        old = {step.event: step for steps in kept.values() for step in steps}
        for visit in visits_among((old | new).values(), zone):
            before = sorted({place[step.event] for step in visit if step.event in place} - written)
            written |= set(before)
            if before and kept[before[0]] == visit:
                continue
            row = {"visitor": visitor, **visit_told(visit), "steps": visit}
            if before:
                changed.append({"id": before[0], **row})
                gone += before[1:]
            else:
                added.append(row)
    for statement, rows in ((CHANGE, changed), (ADD, added)):
        if rows:
            document = msgspec.json.encode(rows).decode()
            run_bulk(statement, (document,) if statement is CHANGE else (store.pk, document))
    if gone:
        run_bulk(REMOVE, (gone,))
