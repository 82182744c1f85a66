"""The facts known about customers, read in one statement for any number of them and as of any moment.

A past view takes what had occurred by then and, of live facts, only what had been received by then; imported
history counts from when it occurred.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np

from regard.core.models import Store
from regard.core.registry import ScoredFacts, scored_facts
from regard.listen.models import Topic
from regard.profile.domain.lateness import late_sql
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.profile.models import ERASED
from regard.score.domain.columns import TIME, Column, Numbers, Times, Whole, run_columns

CODES = 64  # more than there are codes of answers
FEW = 5_000  # customers; up to here their facts are fetched by index, above by reading the tables


class Kind(IntEnum):
    ORDER = 1
    CANCELLED = 2
    REFUND = 3
    DELIVERY = 4
    REVIEW = 5
    NPS = 6
    PRODUCT = 7  # an answer about a product
    SUPPORT = 8
    OTHER = 9
    TICKET = 10  # was opened
    SOLVED = 11  # a ticket was
    ESCALATED = 12
    VISIT = 13  # the last one to the site or app, of a browser


@dataclass(frozen=True)
class KnownFacts:
    """Columns, a row a fact, in no order.

    tie: orders facts of the same instant, and is the same for all facts about one order or one ticket. value: the
    amount in minor units of an order or a refund (NaN: not known), 1 for a late delivery, 0 to 100 of a statement.
    code: of the currency of an amount; of an answer, what it is about, odd for satisfaction (CSAT). home: the code
    of the store's currency.
    """

    customer: Whole
    kind: Column
    at: Times
    tie: Whole
    value: Numbers
    code: Column
    home: int


# Few customers: facts are fetched identity by identity, each by its index. The planner's statistics of a store
# that has just been imported say "one row", by which reading all of the store for each of them would be as good:
# hence the fences (OFFSET 0), and hence neither the store nor a time is a reason to take another index.
_OF_FEW = """
    {join} LATERAL (
        SELECT * FROM (
            SELECT * FROM {table} AS fact WHERE fact.{key} = {of} AND fact.store_id + 0 = %(store)s OFFSET 0
        ) AS fact WHERE {condition} OFFSET 0
    ) AS {name} ON true
"""
_OF_FEW_ORDERS = _OF_FEW.replace("fact.store_id + 0", "fact.store_id")
_OF_MANY = """
    {join} {table} AS {name} ON {name}.{key} = {of} AND {name}.store_id = %(store)s AND {condition}
"""
# An event that retention has deleted was received long ago, so its absence means "received".
_KNOWN_BY_THEN = """
    NOT EXISTS (
        SELECT FROM capture_event event WHERE event.store_id = %(store)s AND event.id = {told_by}
        AND event.received_at > %({at})s AND NOT event.history)
"""


def known_by_then(told_by: str, at: str = "as_of") -> str:
    """SQL: what this event (an expression of its id) told was known at a moment, by the name of its value."""
    return _KNOWN_BY_THEN.format(told_by=told_by, at=at)


def told_by(row: str, part: str) -> str:
    """SQL: the id of the event that told this part of a row, by the rank that is kept of it; null if none did."""
    return f"abs(({row}.told -> '{part}' ->> -1)::bigint)"


def placed_by(row: str) -> str:
    """SQL: the id of the event that placed an order; an order's own event_id is its latest description."""
    return f"coalesce({told_by(row, 'placed')}, {row}.event_id)"


def status_by_then(row: str, at: str = "as_of") -> str:
    """SQL: the status that an order had at a moment. Of a state told since then, the one before is not kept:
    whatever it was, the order was not called off yet."""
    known = known_by_then(told_by(row, "status"), at)
    return f"CASE WHEN {row}.cancelled_at > %({at})s OR NOT ({known}) THEN '' ELSE {row}.status END"


@dataclass(frozen=True)
class _Join:
    """How facts of a table are put beside those whose they are; in SQL `fact` stands for the row."""

    table: str
    name: str
    condition: str
    told_by: str = "fact.event_id"
    join: str = "JOIN"
    of_order: bool = False

    def sql(self, *, few: bool, past: bool) -> str:
        known = f" AND {known_by_then(self.told_by)}" if past else ""
        condition = self.condition + known
        key, of = ("order_external_id", "placed.external_id") if self.of_order else _IDENTITY
        form = (_OF_FEW_ORDERS if self.of_order else _OF_FEW) if few else _OF_MANY
        return form.format(
            table=self.table,
            name=self.name,
            join=self.join,
            key=key,
            of=of,
            condition=condition if few else condition.replace("fact.", f"{self.name}."),
        )


_IDENTITY = ("identity_id", "person.identity_id")
_JOINS = {
    "orders": _Join(
        "profile_order", "placed", "fact.ordered_at <= %(as_of)s", told_by=placed_by("fact")
    ),
    "refunds": _Join(
        "profile_refund", "refund", "fact.counted AND fact.refunded_at <= %(as_of)s", of_order=True
    ),
    "parcels": _Join(
        "profile_shipment", "parcel", "NOT fact.superseded AND fact.delivered_at <= %(as_of)s",
        told_by=told_by("fact", "delivered_at"), join="LEFT JOIN", of_order=True,
    ),
    "reviews": _Join("listen_review", "review", "fact.reviewed_at <= %(as_of)s"),
    "answers": _Join(
        "listen_response", "answer", "fact.score IS NOT NULL AND fact.answered_at <= %(as_of)s"
    ),
}  # fmt: skip
_READ = """
    WITH person AS {materialized} (
        SELECT id AS identity_id, customer_id, kind, last_seen_at FROM profile_identity
        WHERE store_id = %(store)s AND {asked} AND NOT starts_with(value, %(erased)s)
    ), placed AS {materialized} (
        SELECT customer_id, external_id, {status} AS status, ordered_at, promised_at, {delivered} AS delivered_at,
            total_minor, currency, is_return
        FROM person {orders}
    ), fact AS (
        SELECT customer_id, (CASE WHEN lower(status) = ANY(%(void)s) THEN 2 ELSE 1 END)::int2 AS kind,
            ordered_at AS at, hashtextextended(external_id, 0) AS tie,
            coalesce(total_minor, 'NaN'::float8) AS value, hashtext(currency) AS code
        FROM placed WHERE NOT is_return
    UNION ALL
        SELECT customer_id, 3::int2, refunded_at, hashtextextended(placed.external_id, 0),
            coalesce(amount_minor, total_minor, 'NaN'::float8),
            hashtext(CASE WHEN amount_minor IS NULL THEN placed.currency ELSE refund.currency END)
        FROM placed {refunds}
    UNION ALL
        SELECT customer_id, 4::int2, coalesce(parcel.delivered_at, placed.delivered_at), 0::int8,
            coalesce({late}, FALSE)::int4::float8, 0
        FROM placed {parcels}
        WHERE coalesce(parcel.delivered_at, placed.delivered_at) <= %(as_of)s
    UNION ALL
        SELECT customer_id, 5::int2, reviewed_at, hashtextextended(external_id, 0), (rating - 1) * 25.0::float8, 0
        FROM person {reviews}
    UNION ALL
        SELECT customer_id, (CASE WHEN measure = 'nps' THEN 6 WHEN topic = 'product' THEN 7
                WHEN topic = 'support' THEN 8 ELSE 9 END)::int2,
            answered_at, hashtextextended(external_id, 0), score,
            2 * coalesce(array_position(%(topics)s::text[], topic::text), 0) + (measure = 'csat')::int4
        FROM person {answers}
    {further})
    SELECT array_agg(customer_id), array_agg(kind), array_agg(at), array_agg(tie), array_agg(value),
        array_agg(code), hashtext(%(home)s)
    FROM fact
"""
_LATE = late_sql(
    "coalesce(parcel.delivered_at, placed.delivered_at)", "coalesce(parcel.promised_at, placed.promised_at)"
)
# What an order derives from its parcels is left out of the past: each of them says itself when it came.
_DELIVERED_BY_THEN = f"""
    CASE WHEN placed.told ? 'delivered_at' AND {known_by_then(told_by("placed", "delivered_at"))}
    THEN placed.delivered_at END
"""
# What rooms above have announced, a row of theirs at a time.
_FURTHER = """
    UNION ALL
        SELECT customer_id, moment.kind, moment.at, told.id, 0.0::float8, 0
        FROM person {rows} CROSS JOIN LATERAL (VALUES {moments}) AS moment (kind, at)
        WHERE moment.at <= %(as_of)s
"""
# When a browser was seen last is kept. When it was seen before that, the timeline knows.
_VISITS = """
    UNION ALL
        SELECT customer_id, 13::int2, last_seen_at, 0::int8, 0.0::float8, 0
        FROM person WHERE kind = 'anonymous_id' AND last_seen_at <= %(as_of)s
"""
_PAST_VISITS = """
    UNION ALL
        SELECT person.customer_id, 13::int2, max(visit.occurred_at), 0::int8, 0.0::float8, 0
        FROM person JOIN profile_customerevent AS visit
            ON visit.identity_id = person.identity_id AND visit.store_id = %(store)s
        JOIN capture_event AS event ON event.store_id = %(store)s AND event.id = visit.event_id
        WHERE visit.occurred_at <= %(as_of)s AND event.anonymous_id <> ''
            AND (event.history OR event.received_at <= %(as_of)s)
        GROUP BY person.customer_id
"""
# Customers by id, or as the first and the last id of a range.
Asked = Whole | tuple[int, int]


def asked_values(asked: Asked) -> dict[str, Any]:
    if isinstance(asked, tuple):
        return {"first": asked[0], "last": asked[1]}
    return {"customers": asked}


def read_facts(
    *, store: Store, asked: Asked, as_of: datetime, past: bool = False, further: bool = True
) -> KnownFacts:
    """The facts known of these customers. One query. What is left of those who were erased is nobody's.

    past: `as_of` is a moment gone by, so that live facts received since then are left out; an order's amount and
    promise are those described last. further: with visits, and what rooms above have announced.
    """
    ranged = isinstance(asked, tuple)
    few = not isinstance(asked, tuple) and len(asked) <= FEW
    values = {"store": store.pk, "home": store.currency, "zone": store.time_zone}
    values |= {"as_of": as_of, "void": list(VOID_STATUSES)}
    values |= {"erased": ERASED, "topics": list(Topic.values)}
    statement = _statement(few=few, ranged=ranged, past=past, further=further)
    [(*found, home)] = run_columns(statement, values | asked_values(asked))
    if found[0] is None:
        found = [np.empty(0, kind) for kind in ("i8", "i2", TIME, "i8", "f8", "i4")]
    customer, kind, at, tie, value, code = found
    return KnownFacts(customer, kind, at, tie, value, code, home)


@cache
def _statement(*, few: bool, ranged: bool, past: bool, further: bool = True) -> str:
    parts = [_PAST_VISITS if past else _VISITS] if further else []
    parts += [_announced(each, few=few, past=past) for each in scored_facts] if further else []
    return _READ.format(
        materialized="MATERIALIZED" if few else "NOT MATERIALIZED",
        asked="customer_id BETWEEN %(first)s AND %(last)s" if ranged else "customer_id = ANY(%(customers)s)",
        late=_LATE,
        delivered=_DELIVERED_BY_THEN if past else "delivered_at",
        status=status_by_then("placed") if past else "status",
        further="".join(parts),
        **{name: join.sql(few=few, past=past) for name, join in _JOINS.items()},
    )


def _announced(facts: ScoredFacts, *, few: bool, past: bool) -> str:
    """SQL of what a room above keeps; of the past, only what had been told by then."""
    moments = [
        f"({Kind[kind].value}::int2, CASE WHEN {known_by_then(told_by('told', part))} THEN told.{column} END)"
        if past
        else f"({Kind[kind].value}::int2, told.{column})"
        for kind, (column, part) in facts.moments.items()
    ]
    rows = _Join(facts.table, "told", "TRUE").sql(few=few, past=False)
    return _FURTHER.format(rows=rows, moments=", ".join(moments))
