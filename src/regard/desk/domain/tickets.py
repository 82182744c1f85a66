"""Tickets as their helpdesk tells of them: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext_noop

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.desk.domain.told_tickets import ToldTicket, tells_of_ticket, told_ticket, why_unusable
from regard.desk.models import Ticket
from regard.listen.domain.keeping import Kept, follow_orders
from regard.listen.domain.text_sources import TextSource
from regard.listen.domain.texts import keep_texts
from regard.listen.domain.unusable import Usable, read_usable
from regard.profile.domain.orders import described_order_ids
from regard.profile.domain.tellings import earliest_first, outranks, rank_of
from regard.profile.domain.timeline import note_events
from regard.profile.domain.touching import touch_customers

FOLLOWING = Kept("desk_ticket", "opened_at", ())
COLUMNS = (
    "store_id", "external_id", "identity_id", "follows_order", "subject", "channel", "status", "priority",
    "category", "agent", "order_external_id", "opened_at", "first_answered_at", "solved_at", "reopened_at",
    "escalated_at", "described_at", "event_id", "history", "told",
)  # fmt: skip
KEEP = f"""
    INSERT INTO desk_ticket ({", ".join(COLUMNS)})
    SELECT {", ".join(COLUMNS)} FROM json_populate_recordset(NULL::desk_ticket, %s)
    ON CONFLICT (store_id, external_id) DO UPDATE
    SET ({", ".join(COLUMNS[2:])}) = ROW ({", ".join(f"EXCLUDED.{name}" for name in COLUMNS[2:])})
"""
TEXTS = TextSource(
    "tickets",
    gettext_noop("Ticket"),
    gettext_noop("Tickets"),
    """
    SELECT id, store_id, external_id, identity_id, opened_at AS said_at, subject AS words,
        '' AS product_external_id, NULL::smallint AS rating, history
    FROM desk_ticket
    """,
    asks=True,
)
Row = dict[str, Any]  # a ticket by column
EARLIEST, LATEST = ("first_answered_at", "escalated_at"), ("reopened_at",)


def project_tickets(batch: Batch) -> None:
    """Bring the tickets that the batch tells of up to date; adds their customers to `touched`.

    For every part of a ticket the latest telling that speaks of it counts (a tie: the later event). When and
    by whom it was opened is told by opened and imported tickets, else by its earliest event. One that names
    only its order is by who placed that. What is no ticket is noted in the timeline. Runs after project_orders.
    """
    told, notes = batch.read(read_tickets)
    note_events(store=batch.store, notes=notes)
    tickets = _load(batch.store, {said.ticket_id for said in told}) if told else {}
    identities = {row["identity_id"] for row in tickets.values()}
    for said in told:
        if said.ticket_id not in tickets:
            tickets[said.ticket_id] = _new_row(batch.store, said)
        _apply(tickets[said.ticket_id], said, batch.identity_of.get(said.event.id))
    if tickets:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, (msgspec.json.encode(list(tickets.values())).decode(),))
        keep_texts(batch, TEXTS.name, tickets)
    identities |= {row["identity_id"] for row in tickets.values()}
    waited_for = {row["order_external_id"] for row in tickets.values() if row["follows_order"]}
    identities |= follow_orders(batch, FOLLOWING, (waited_for | described_order_ids(batch)) - {""})
    touch_customers(batch, identities - {None})


def read_tickets(_store: Store, events: Sequence[LoggedEvent]) -> Usable[ToldTicket]:
    """The tickets that the events tell of, and by event id why others are none."""
    return read_usable(events, tells=tells_of_ticket, read=told_ticket, why_unusable=why_unusable)


def _load(store: Store, external_ids: Iterable[str]) -> dict[str, Row]:
    found = Ticket.objects.filter(store=store, external_id__in=list(external_ids))
    return {row["external_id"]: row for row in found.values(*COLUMNS)}


def _new_row(store: Store, said: ToldTicket) -> Row:
    empty: Row = dict.fromkeys(COLUMNS, "") | dict.fromkeys((*EARLIEST, *LATEST, "solved_at", "identity_id"))
    return empty | {
        "store_id": store.pk,
        "external_id": said.ticket_id,
        "follows_order": True,
        "opened_at": said.opened_at,
        "described_at": said.at,
        "event_id": said.event.id,
        "history": True,
        "told": {},
    }


def _apply(row: Row, said: ToldTicket, identity_id: int | None) -> None:
    rank = rank_of(said.at, said.event.id)
    opening = [1, *rank] if said.opens else [0, *earliest_first(rank)]
    if outranks(row["told"], "opened", opening):
        row["opened_at"] = said.opened_at
    if identity_id is not None and outranks(row["told"], "customer", opening):
        row["identity_id"], row["follows_order"] = identity_id, False
    for name, value in said.parts.items():
        if outranks(row["told"], name, rank):
            row[name] = value
    _apply_moments(row, said.moments, rank)
    row["described_at"], row["event_id"] = max(
        (row["described_at"], row["event_id"]), (said.at, said.event.id)
    )
    if not said.event.history and outranks(row["told"], "live", rank):
        row["history"] = False


def _apply_moments(row: Row, moments: Mapping[str, datetime], rank: list[int]) -> None:
    for name in moments.keys() & {*EARLIEST, *LATEST}:
        at = rank_of(moments[name], rank[-1])
        if outranks(row["told"], name, at if name in LATEST else earliest_first(at)):
            row[name] = moments[name]
    solved, reopened = moments.get("solved_at"), moments.get("reopened_at")
    if (solved or reopened) and outranks(row["told"], "solved_at", rank):
        row["solved_at"] = None if reopened and (solved is None or solved < reopened) else solved
