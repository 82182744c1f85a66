"""What the lake's table of tickets is made of."""

from __future__ import annotations

from regard.core.registry import LakeSource, lake_sources

TICKETS = LakeSource(
    "tickets",
    "desk_ticket",
    {
        "identity_id": "fact.identity_id",
        "order_id": "fact.order_external_id",
        "channel": "fact.channel",
        "category": "fact.category",
        "priority": "fact.priority",
        "agent": "fact.agent",
        "opened_at": "fact.opened_at",
        "opened_on": "(fact.opened_at AT TIME ZONE %(zone)s)::date",
        "first_answered_at": "fact.first_answered_at",
        "first_answered_on": "(fact.first_answered_at AT TIME ZONE %(zone)s)::date",
        "solved_at": "fact.solved_at",
        "solved_on": "(fact.solved_at AT TIME ZONE %(zone)s)::date",
        "reopened_at": "fact.reopened_at",
        "escalated_at": "fact.escalated_at",
    },
)


def register_lake_rows() -> None:
    lake_sources.add(TICKETS.name, TICKETS)
