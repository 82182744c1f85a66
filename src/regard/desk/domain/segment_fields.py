"""What a segment may ask of tickets."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

TICKETS = SegmentSource(
    "tickets",
    """LEFT JOIN (
        SELECT owner.store_id, owner.customer_id, count(*) AS number,
            count(*) FILTER (WHERE ticket.solved_at IS NULL) AS unsolved,
            max(ticket.opened_at) AS last_opened_at
        FROM desk_ticket AS ticket JOIN profile_identity AS owner ON owner.id = ticket.identity_id
        GROUP BY owner.store_id, owner.customer_id
    ) AS tickets ON tickets.store_id = customer.store_id AND tickets.customer_id = customer.id""",
)
FIELDS = (
    SegmentField("tickets", "number", _("Tickets"), "COALESCE(tickets.number, 0)", TICKETS.name),
    SegmentField(
        "tickets_open", "number", _("Tickets not solved"), "COALESCE(tickets.unsolved, 0)", TICKETS.name
    ),
    SegmentField(
        "last_ticket_days", "days", _("Days since the last ticket"),
        "FLOOR(EXTRACT(EPOCH FROM %(now)s - tickets.last_opened_at) / 86400)", TICKETS.name,
    ),
)  # fmt: skip


def register_segment_fields() -> None:
    segment_sources.add(TICKETS.name, TICKETS)
    for field in FIELDS:
        segment_fields.add(field.name, field)
