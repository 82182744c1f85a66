"""What stays of tickets in the log when their person is erased."""

from __future__ import annotations

from collections.abc import Mapping

from regard.capture.domain.impersonal import nothing, one_of, thing
from regard.core.registry import KeptValue, impersonal_fields
from regard.desk.domain.told_tickets import CALLS
from regard.desk.facts import TicketImported

# The words of helpdesks; whatever else is told may be anybody's.
STATUSES = frozenset({
    "answered", "archived", "assigned", "awaiting reply", "closed", "deleted", "done", "escalated", "in progress",
    "new", "on hold", "open", "opened", "pending", "reopened", "resolved", "snoozed", "solved", "spam",
    "unassigned", "waiting", "waiting on customer", "waiting on third party",
})  # fmt: skip
PRIORITIES = frozenset({
    "critical", "high", "highest", "low", "lowest", "medium", "none", "normal", "p0", "p1", "p2", "p3", "p4", "p5",
    "urgent",
})  # fmt: skip
CHANNELS = frozenset({
    "api", "app", "call", "chat", "chatbot", "contact form", "e mail", "email", "facebook", "form", "help center",
    "in app", "instagram", "letter", "live chat", "mail", "messenger", "mobile", "phone", "portal", "post", "sms",
    "social", "store", "telegram", "text", "tiktok", "twitter", "viber", "video", "voice", "web", "web form",
    "webform", "website", "whatsapp", "widget", "x", "youtube",
})  # fmt: skip
WORDS: Mapping[str, KeptValue] = {
    "status": one_of(STATUSES), "priority": one_of(PRIORITIES), "channel": one_of(CHANNELS),
}  # fmt: skip
TICKET: Mapping[str, KeptValue] = {"properties": nothing, "ticket_id": thing, "order_id": thing, **WORDS}


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    for name in (*CALLS, TicketImported.__name__):
        impersonal_fields.add(name, TICKET)
