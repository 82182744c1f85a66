"""What an event says of a ticket, as a helpdesk's call or as an import. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import read_title
from regard.desk.domain.ticket_import import LENGTHS, MAX_TICKET_ID
from regard.desk.facts import TicketImported
from regard.listen.domain.unusable import Unusable, identifier
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import MAX_ORDER_ID

# Call -> the status it brings when its properties name none.
CALLS = {
    "Ticket Opened": "open",
    "Ticket Updated": "",
    "Ticket Answered": "",
    "Ticket Solved": "solved",
    "Ticket Reopened": "open",
    "Ticket Escalated": "",
}
OPENED = "Ticket Opened"


@dataclass(frozen=True, kw_only=True)
class ToldTicket:
    """A ticket as one event tells it.

    opens: whether it says when and by whom it was opened. parts: column -> value, of what it says and the
    latest telling of which counts. moments: column -> time of something that it says has happened.
    """

    event: LoggedEvent
    ticket_id: str
    at: datetime
    opens: bool
    opened_at: datetime
    parts: Mapping[str, str]
    moments: Mapping[str, datetime] = field(default_factory=dict)


def tells_of_ticket(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that tells of a ticket."""
    return event.name in CALLS if event.type == "track" else _is_import(event)


def told_ticket(event: LoggedEvent) -> ToldTicket:
    """What `event` (see `tells_of_ticket`) says. Raises listen's Unusable for one without a ticket id."""
    return _of_import(event) if _is_import(event) else _of_call(event)


def why_unusable(wrong: Unusable) -> str:
    """What the timeline says of an event that tells of no ticket."""
    return _("No ticket was kept: %(why)s") % {"why": wrong}


def _is_import(event: LoggedEvent) -> bool:
    return event.type == FACT and event.name == TicketImported.__name__


def _of_import(event: LoggedEvent) -> ToldTicket:
    fact = msgspec.convert(event.body, TicketImported)
    moments = {
        name: moment
        for name in ("first_answered_at", "solved_at", "reopened_at", "escalated_at")
        if (moment := getattr(fact, name)) is not None
    }
    parts = {name: getattr(fact, name) for name in LENGTHS} | {"order_external_id": fact.order_id}
    # A file does not say when it was written: it describes the ticket as of the last thing that it knows.
    at = max(filter(None, (fact.opened_at, fact.updated_at, *moments.values())))
    return ToldTicket(
        event=event,
        ticket_id=fact.ticket_id,
        at=at,
        opens=True,
        opened_at=fact.opened_at,
        parts={name: value for name, value in parts.items() if value},
        moments=moments,
    )


def _of_call(event: LoggedEvent) -> ToldTicket:
    properties = event.body.get("properties") or {}
    ticket_id = identifier(properties, "ticket_id", MAX_TICKET_ID)
    if not ticket_id:
        raise Unusable("ticket_id", _("it is missing; it must be a text or a whole number."))
    order_id = identifier(properties, "order_id", MAX_ORDER_ID)
    parts = {name: read_title(properties, name, most=length) for name, length in LENGTHS.items()}
    parts["status"] = parts["status"] or CALLS[event.name]
    parts["order_external_id"] = order_id
    return ToldTicket(
        event=event,
        ticket_id=ticket_id,
        at=event.occurred_at,
        opens=event.name == OPENED,
        opened_at=event.occurred_at,
        parts={name: value for name, value in parts.items() if value},
        moments=_moments(event),
    )


def _moments(event: LoggedEvent) -> dict[str, datetime]:
    column = {
        "Ticket Answered": "first_answered_at",
        "Ticket Solved": "solved_at",
        "Ticket Reopened": "reopened_at",
        "Ticket Escalated": "escalated_at",
    }.get(event.name)
    return {column: event.occurred_at} if column else {}
