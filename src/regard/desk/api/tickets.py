"""Tickets, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, Text, page_of, requires, store_of
from regard.desk.domain.queries import tickets_of
from regard.desk.models import Ticket

router = Router(tags=["Tickets"])


class TicketItem(Schema):
    """A customer's request for help, as the shop's helpdesk tells of it."""

    id: int
    external_id: str = Field(description="The helpdesk's id.")
    customer_id: int | None = Field(description="Null while the order that it names is not known.")
    order_external_id: str = Field(description="The shop's id of the order; empty: none named.")
    subject: str
    channel: str
    status: str = Field(description="In the helpdesk's words.", examples=["open", "solved"])
    priority: str
    category: str
    agent: str
    opened_at: AwareDatetime
    first_answered_at: AwareDatetime | None
    solved_at: AwareDatetime | None = Field(description="Null also when it was reopened since.")
    reopened_at: AwareDatetime | None = Field(description="The last time.")
    escalated_at: AwareDatetime | None = Field(description="The first time.")
    history: bool = Field(description="Whether it is known from imports alone.")

    @staticmethod
    def resolve_customer_id(ticket: Ticket) -> int | None:
        return ticket.identity.customer_id if ticket.identity else None


class TicketQuery(Schema):
    customer_id: Id | None = Field(None, description="Only this customer's.")
    status: Text = Field("", max_length=40, description="Only those in this state.")
    category: Text = Field("", max_length=200, description="Only those of this category.")


@router.get(
    "/tickets",
    operation_id="list_tickets",
    summary="List tickets",
    response=Page[TicketItem],
    auth=requires("customers.read"),
)
def list_tickets(request: ApiRequest, only: Query[TicketQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The tickets of the store, the newest known first."""
    rows = tickets_of(
        store_of(request), customer_id=only.customer_id, status=only.status, category=only.category
    )
    return page_of(rows, query)
