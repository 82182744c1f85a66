"""For which of many moments a condition holds: each has a customer, and what an event told.

Journeys ask it of what has just happened, and of those who are about to take a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from regard.core.models import Store
from regard.profile.domain.segments.ask import fetch_rows
from regard.profile.domain.segments.ast import Node
from regard.profile.domain.segments.sql import compile_segment

MOMENTS = """
    unnest(%(places)s::int[], %(customers)s::bigint[], %(bodies)s::jsonb[]) AS event (place, customer_id, body)
    JOIN profile_customer AS customer ON customer.id = event.customer_id
"""


@dataclass(frozen=True)
class Moment:
    """A customer, and what the event tells that the condition is asked at; {} for none."""

    customer_id: int
    told: Mapping[str, Any]


def moments_that_match(store: Store, node: Node, moments: Sequence[Moment]) -> list[bool]:
    """Whether the condition holds, for each of these moments. One query.

    What is unknown makes no comparison true; customers of other stores, and those who were merged into another,
    match nothing.
    """
    if not moments:
        return []
    question = compile_segment(node, store=store)
    question.customers = MOMENTS
    question.parameters |= {
        "places": list(range(len(moments))),
        "customers": [moment.customer_id for moment in moments],
        "bodies": [msgspec.json.encode(moment.told).decode() for moment in moments],
    }
    rows = fetch_rows(
        f"SELECT event.place FROM {question.tables} WHERE {question.condition}", question.parameters
    )
    matching = {place for (place,) in rows}
    return [place in matching for place in range(len(moments))]
