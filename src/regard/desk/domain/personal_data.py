"""What this room holds of a customer: given out, forgotten, and derived anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.desk.domain.queries import tickets_of
from regard.desk.models import Ticket

FIELDS = (
    "external_id", "subject", "channel", "status", "priority", "category", "agent", "order_external_id",
    "opened_at", "first_answered_at", "solved_at", "reopened_at", "escalated_at", "history",
)  # fmt: skip


def export_tickets(store: Store, customer_id: int) -> list[Any]:
    """A customer's tickets, the oldest first."""
    rows = tickets_of(store, customer_id=customer_id).order_by("opened_at", "id")
    return list(msgspec.to_builtins(list(rows.values(*FIELDS))))


def erase_tickets(store: Store, customer_id: int) -> int:
    """Blank the subjects of a customer's tickets; gives how many tickets there are."""
    mine = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    return Ticket.objects.filter(**mine).update(subject="")


def clear_tickets(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was projected from the events of these identities."""
    Ticket.objects.filter(store=store, identity__in=identity_ids).delete()


def sources_of_tickets(store: Store, identity_ids: Sequence[int]) -> Collection[int]:
    """The ids of the events that these identities' tickets were taken from, whoever sent them."""
    mine = Ticket.objects.filter(store=store, identity__in=identity_ids)
    told = mine.values_list("event_id", "told")
    return {abs(number) for last, parts in told for number in (last, *(rank[-1] for rank in parts.values()))}


TICKET_DATA = DataHolder(
    "tickets", 50, export_tickets, erase_tickets, clear_tickets, sources=sources_of_tickets
)
