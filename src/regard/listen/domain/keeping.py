"""Keeping what customers said: of each thing its latest telling, in a few statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.statistics import learn_new_rows
from regard.profile.domain.timeline import place_events
from regard.profile.domain.touching import touch_customers

MANY = 1_000
KEEP = """
    INSERT INTO {table} AS held ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)
    ON CONFLICT (store_id, external_id) DO UPDATE
    SET ({updated}, history) = (SELECT {told}, held.history AND EXCLUDED.history)
    WHERE (EXCLUDED.{said_at}, EXCLUDED.event_id) > (held.{said_at}, held.event_id)
"""
HOLDERS = """
    SELECT DISTINCT identity_id FROM {table}
    WHERE store_id = %s AND external_id = ANY(%s) AND identity_id IS NOT NULL
"""
HEAR_LIVE = """
    UPDATE {table} SET history = false WHERE store_id = %s AND external_id = ANY(%s) AND history
"""
FOLLOW_ORDERS = """
    UPDATE {table} AS said SET identity_id = placed.identity_id
    FROM (
        SELECT waiting.id, waiting.identity_id AS before, placed.identity_id
        FROM {table} waiting JOIN profile_order placed
            ON placed.store_id = waiting.store_id AND placed.external_id = waiting.order_external_id
        WHERE waiting.store_id = %b AND waiting.follows_order AND waiting.order_external_id = ANY(%b::text[])
        AND waiting.identity_id IS DISTINCT FROM placed.identity_id
    ) AS placed
    WHERE said.id = placed.id
    RETURNING said.event_id, said.{said_at}, said.identity_id, placed.before
"""


@dataclass(frozen=True)
class Kept:
    """A table of things said, unique by (store, external id). said_at: its column of when that was.

    told: the columns that a telling brings, besides those that all such tables have.
    """

    table: str
    said_at: str
    told: tuple[str, ...]

    @property
    def updated(self) -> tuple[str, ...]:
        return ("identity_id", "follows_order", "order_external_id", self.said_at, "event_id", *self.told)

    def sql(self, statement: str) -> str:
        """The statement for this table; every name in it is a constant of this code."""
        return statement.format(
            table=self.table,
            said_at=self.said_at,
            columns=", ".join(("store_id", "external_id", "history", *self.updated)),
            updated=", ".join(self.updated),
            told=", ".join(f"EXCLUDED.{name}" for name in self.updated),
        )


def keep_said(batch: Batch, kept: Kept, rows: Iterable[Mapping[str, Any]], orders: Collection[str]) -> None:
    """Bring the table up to date; adds the customers that gained or lost something to `touched`.

    rows: a telling each, by column; without an identity they are by who placed their order, and wait for that
    when it comes later. The latest telling of a thing counts (a tie: the later event); one live telling makes
    it live. orders: external ids of those that the batch describes.
    """
    latest, live = _latest(rows, kept.said_at)
    identities = _keep(batch, kept, latest, live) if latest else set()
    if len(latest) > MANY:
        learn_new_rows()
    waited_for = {row["order_external_id"] for row in latest if row["follows_order"]}
    identities |= follow_orders(batch, kept, waited_for.union(orders))
    touch_customers(batch, identities)


def _latest(rows: Iterable[Mapping[str, Any]], said_at: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Of the tellings the latest of each thing, and the external ids of what any live event tells of."""
    latest: dict[str, Mapping[str, Any]] = {}
    live: set[str] = set()
    for row in rows:
        name = row["external_id"]
        held = latest.get(name)
        if held is None or (row[said_at], row["event_id"]) > (held[said_at], held["event_id"]):
            latest[name] = row
        if not row["history"]:
            live.add(name)
    return [{**row, "history": name not in live} for name, row in latest.items()], sorted(live)


def _keep(batch: Batch, kept: Kept, latest: Sequence[Mapping[str, Any]], live: list[str]) -> set[int]:
    """Gives the identities that what was told belongs to, now and before."""
    store_id = batch.store.pk
    with connection.cursor() as cursor:
        cursor.execute(kept.sql(HOLDERS), (store_id, [row["external_id"] for row in latest]))
        identities = {identity_id for (identity_id,) in cursor.fetchall()}
        if live:
            cursor.execute(kept.sql(HEAR_LIVE), (store_id, live))
        told = [{"store_id": store_id, **row} for row in latest]
        cursor.execute(kept.sql(KEEP), (msgspec.json.encode(told).decode(),))
    return identities | {row["identity_id"] for row in latest if row["identity_id"] is not None}


def follow_orders(batch: Batch, kept: Kept, orders: Collection[str]) -> set[int]:
    """Give what follows these orders the identities of the orders; gives those identities, and those before.

    Of a table only `table` and `said_at` are needed.
    """
    if not orders:
        return set()
    rows = run_bulk(kept.sql(FOLLOW_ORDERS), (batch.store.pk, list(orders)))
    placed = {event_id: (identity_id, said_at) for event_id, said_at, identity_id, _before in rows}
    if placed:
        place_events(store=batch.store, placed=placed)
        in_batch = placed.keys() & {event.id for event in batch.events}
        batch.identity_of.update({event_id: placed[event_id][0] for event_id in in_batch})
    return {identity_id for row in rows for identity_id in row[2:] if identity_id is not None}
