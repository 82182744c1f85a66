"""What this room records."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import Fact, fact
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


@fact
class FeedbackItemOpened(Fact, frozen=True, kw_only=True):
    """Somebody wrote down what customers want or complain of."""

    item_id: int
    actor: str


@fact
class FeedbackItemPlanned(Fact, frozen=True, kw_only=True):
    """What customers asked for is to be done."""

    item_id: int
    actor: str


@fact
class FeedbackItemDone(Fact, frozen=True, kw_only=True):
    """What customers asked for was done."""

    item_id: int
    actor: str


@fact
class FeedbackItemDeclined(Fact, frozen=True, kw_only=True):
    """What customers asked for will not be done."""

    item_id: int
    actor: str


@fact
class SupporterTold(Fact, frozen=True, kw_only=True):
    """A customer who had asked for something was written to about what became of it. outcome: done or declined."""

    item_id: int
    title: str
    outcome: str
    customer_id: int
    actor: str


@fact
class FeedbackItemReopened(Fact, frozen=True, kw_only=True):
    """An item is again one about which nothing is decided."""

    item_id: int
    actor: str
