"""What this room records."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import fact
from regard.profile.facts import CustomerFact


@fact
class TicketImported(CustomerFact, frozen=True, kw_only=True):
    """A file described a ticket. Without a customer it is by whoever placed its order."""

    ticket_id: str
    opened_at: datetime
    updated_at: datetime | None = None  # when the helpdesk last changed the ticket
    first_answered_at: datetime | None = None
    solved_at: datetime | None = None
    reopened_at: datetime | None = None
    escalated_at: datetime | None = None
    subject: str = ""
    channel: str = ""
    status: str = ""
    priority: str = ""
    category: str = ""
    agent: str = ""
    order_id: str = ""
