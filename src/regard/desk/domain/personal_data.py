"""What this room holds of a customer: given out, forgotten, and derived anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet

from regard.capture.domain.impersonal import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.desk.domain.escalation_risk import ESCALATION_RISK
from regard.desk.domain.impersonal_events import WORDS
from regard.desk.domain.queries import escalation_risks_of, tickets_of
from regard.desk.domain.tickets import TEXTS
from regard.desk.models import Ticket
from regard.listen.domain.texts import forget_source_rows
from regard.score.domain.rules.keeping import forget_scores_of
from regard.score.domain.score_views import ScoreView

FIELDS = (
    "external_id", "subject", "channel", "status", "priority", "category", "agent", "order_external_id",
    "opened_at", "first_answered_at", "solved_at", "reopened_at", "escalated_at", "history",
)  # fmt: skip
NAMES = ("external_id", "order_external_id")  # of things


def export_tickets(store: Store, customer_id: int) -> list[Any]:
    """A customer's tickets, the oldest first."""
    rows = list(tickets_of(store, customer_id=customer_id).order_by("opened_at", "id").values("id", *FIELDS))
    foreseen = escalation_risks_of(store, [row["id"] for row in rows])
    for row in rows:
        row["escalation_risk"] = _percent(foreseen.get(row.pop("id")))
    return list(msgspec.to_builtins(rows))


def erase_tickets(store: Store, customer_id: int) -> int:
    """Blank what people wrote into a customer's tickets; gives how many tickets there are."""
    mine = Ticket.objects.filter(store=store, identity__store=store, identity__customer_id=customer_id)
    _forget_derived(store, mine, lessons=True)
    for ticket in mine.only(*NAMES, *WORDS):
        named = {column: impersonal_id(getattr(ticket, column)) for column in NAMES}
        told = {column: keep(word) for column, keep in WORDS.items() if (word := getattr(ticket, column))}
        mine.filter(pk=ticket.pk).update(**named, **told)
    return mine.update(subject="", category="", agent="")


def clear_tickets(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was projected from the events of these identities."""
    gone = Ticket.objects.filter(store=store, identity__in=identity_ids)
    _forget_derived(store, gone)
    gone.delete()


def sources_of_tickets(store: Store, identity_ids: Sequence[int]) -> Collection[int]:
    """The ids of the events that these identities' tickets were taken from, whoever sent them."""
    mine = Ticket.objects.filter(store=store, identity__in=identity_ids)
    return set[int]().union(*map(_sources, mine.only("event_id", "told")))


def clear_waiting(store: Store, event_ids: Sequence[int] | None) -> Collection[int]:
    """Delete the tickets that wait for their order and were told of by one of these events, or all if None; gives
    the ids of the other events that told of them."""
    waiting = Ticket.objects.filter(store=store, identity=None)
    if event_ids is None:
        _forget_derived(store, waiting)
        waiting.delete()
        return []
    gone = set(event_ids)
    told = [(ticket.pk, _sources(ticket)) for ticket in waiting.only("event_id", "told")]
    told = [(number, sources) for number, sources in told if sources & gone]
    gone_tickets = waiting.filter(pk__in=[number for number, _ids in told])
    _forget_derived(store, gone_tickets)
    gone_tickets.delete()
    return set[int]().union(*(sources for _number, sources in told)) - gone


def _forget_derived(store: Store, tickets: QuerySet[Ticket], *, lessons: bool = False) -> None:
    """What was understood of their texts, and foreseen of them."""
    ids = list(tickets.values_list("pk", flat=True))
    forget_source_rows(store, TEXTS.name, ids, lessons=lessons)
    forget_scores_of(store, ESCALATION_RISK.subject, ids)


def _percent(risk: ScoreView | None) -> float | None:
    return None if risk is None else risk.value


def _sources(ticket: Ticket) -> set[int]:
    """Every rank in `told` ends with the id of its event, below zero where the earliest counts."""
    return {ticket.event_id, *(abs(rank[-1]) for rank in ticket.told.values())}


TICKET_DATA = DataHolder(
    "tickets", 50, export_tickets, erase_tickets, clear_tickets, sources=sources_of_tickets,
    clear_waiting=clear_waiting,
)  # fmt: skip
