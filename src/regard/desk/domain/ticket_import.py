"""The import kind "tickets": what a row of a helpdesk's file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.desk.facts import TicketImported
from regard.profile.domain.order_descriptions import MAX_ORDER_ID
from regard.profile.domain.order_import import CUSTOMER_FIELDS

MAX_TICKET_ID = 200
# Texts of a ticket, with the characters that are kept.
LENGTHS = {"subject": 500, "channel": 40, "status": 40, "priority": 40, "category": 200, "agent": 300}


def to_ticket_imported(row: Mapping[str, Any], _store: Store) -> TicketImported:
    """The fact that a converted row makes."""
    return TicketImported(**row)


TICKETS = ImportKind(
    name="tickets",
    fields=(
        ImportField(
            "ticket_id", "text", "The helpdesk's id of the ticket.", required=True, most=MAX_TICKET_ID,
            synonyms=("ticket", "ticket_number", "case_id", "conversation_id", "id"),
        ),
        ImportField(
            "opened_at", "time", "When it was opened.", required=True,
            synonyms=("created_at", "created", "opened", "date"),
        ),
        *CUSTOMER_FIELDS,
        ImportField(
            "order_id", "text", "The order that it is about.", most=MAX_ORDER_ID,
            synonyms=("order", "order_number"),
        ),
        ImportField(
            "subject", "text", "Its headline.", most=LENGTHS["subject"], synonyms=("title", "summary"),
        ),
        ImportField(
            "channel", "text", "The way it came.", most=LENGTHS["channel"], synonyms=("source", "via"),
        ),
        ImportField(
            "status", "text", "How it stands, in the helpdesk's words.", most=LENGTHS["status"],
            synonyms=("ticket_status", "state"),
        ),
        ImportField("priority", "text", "Its priority.", most=LENGTHS["priority"], synonyms=("urgency",)),
        ImportField(
            "category", "text", "What it is about.", most=LENGTHS["category"],
            synonyms=("type", "reason", "contact_reason", "topic"),
        ),
        ImportField(
            "agent", "text", "Who works on it.", most=LENGTHS["agent"], synonyms=("assignee", "owner"),
        ),
        ImportField(
            "first_answered_at", "time", "When it was answered first.",
            synonyms=("first_response_at", "first_reply_at", "first_replied_at"),
        ),
        ImportField(
            "solved_at", "time", "When it was solved.",
            synonyms=("resolved_at", "closed_at", "completed_at"),
        ),
        ImportField("reopened_at", "time", "When it was last opened again."),
        ImportField("escalated_at", "time", "When it was first escalated."),
        ImportField(
            "updated_at", "time", "When the helpdesk last changed it.", synonyms=("modified_at",),
        ),
    ),
    identity=("ticket_id",),
    occurred_at="opened_at",
    to_fact=to_ticket_imported,
    one_of=("customer_id", "email", "order_id"),
)  # fmt: skip
