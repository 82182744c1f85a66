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
from regard.profile.domain.segments.sql import compile_conditions

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
    return [met for (met,) in moments_that_match_each(store, [node], moments)]


def moments_that_match_each(
    store: Store, nodes: Sequence[Node], moments: Sequence[Moment]
) -> list[Sequence[bool]]:
    """The same of several conditions at once: for each moment whether each of them holds. One query for all."""
    if not moments or not nodes:
        return [[False] * len(nodes) for _moment in moments]
    question, conditions = compile_conditions(nodes, store=store)
    question.customers = MOMENTS
    question.parameters |= {
        "places": list(range(len(moments))),
        "customers": [moment.customer_id for moment in moments],
        "bodies": [msgspec.json.encode(moment.told).decode() for moment in moments],
    }
    each = ", ".join(f"({condition}) IS TRUE" for condition in conditions)
    rows = fetch_rows(
        f"""SELECT place, met FROM (
            SELECT event.place, ARRAY[{each}] AS met FROM {question.tables} WHERE {question.condition}
        ) AS asked WHERE true = ANY(met)""",
        question.parameters,
    )
    matching = dict(rows)
    return [matching.get(place, [False] * len(nodes)) for place in range(len(moments))]
