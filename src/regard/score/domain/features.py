"""What is known about customers, read in one statement for any number of them and as of any moment.

A past view takes what had occurred by then and, of live facts, only what had been received by then; imported
history counts from when it occurred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from regard.core.models import Store

HALF_LIFE_DAYS = 90  # specification: the recency of an answer
VOID_STATUSES = ("cancelled", "canceled", "voided")  # an order that was called off is no purchase


@dataclass(frozen=True, slots=True)
class Features:
    """One customer. Amounts are in minor units of the last order's currency; None and 0 mean "nothing known".

    satisfaction: mean of the ratings on 0 to 100, an answer counting half as much every ninety days.
    """

    customer_id: int
    answers: int
    satisfaction: float | None
    last_rating: int | None
    previous_rating: int | None
    orders: int
    first_ordered_at: datetime | None
    last_ordered_at: datetime | None
    last_total: int | None
    earlier_mean: float | None


# Facts are fetched identity by identity, each by its index. The planner's statistics of a store that has just
# been imported say "one row", by which reading all of the store for each of them would be as good: hence the
# fence (OFFSET 0), and hence store_id is kept from being a reason to take another index.
# Weights stop shrinking after 500 half-lives: a rating from the year 1 must not underflow the whole batch.
# Among facts of the same instant the external id decides, never the order of arrival.
_READ = """
    WITH person AS (
        SELECT id AS identity_id, customer_id FROM profile_identity
        WHERE store_id = %(store)s AND customer_id = ANY(%(customers)s)
    ), answer AS (
        SELECT customer_id, rating, (rating - 1) * 25.0::float8 AS score,
            power(0.5::float8, least(
                extract(epoch FROM %(as_of)s - reviewed_at)::float8 / 86400 / %(half_life)s, 500)) AS weight,
            row_number() OVER (PARTITION BY customer_id ORDER BY reviewed_at DESC, external_id DESC) AS nth
        FROM person CROSS JOIN LATERAL (
            SELECT * FROM listen_review fact
            WHERE fact.identity_id = person.identity_id AND fact.store_id + 0 = %(store)s
                AND reviewed_at <= %(as_of)s {review_known}
            OFFSET 0
        ) AS fact
    ), said AS (
        SELECT customer_id, count(*) AS answers, sum(score * weight) / sum(weight) AS satisfaction,
            max(rating) FILTER (WHERE nth = 1) AS last_rating,
            max(rating) FILTER (WHERE nth = 2) AS previous_rating
        FROM answer GROUP BY customer_id
    ), purchase AS (
        SELECT customer_id, ordered_at, total_minor, currency,
            row_number() OVER latest AS nth, first_value(currency) OVER latest AS last_currency
        FROM person CROSS JOIN LATERAL (
            SELECT * FROM profile_order fact
            WHERE fact.identity_id = person.identity_id AND fact.store_id + 0 = %(store)s
                AND ordered_at <= %(as_of)s AND lower(status) <> ALL(%(void)s) {order_known}
            OFFSET 0
        ) AS fact
        WINDOW latest AS (PARTITION BY customer_id ORDER BY ordered_at DESC, external_id DESC)
    ), bought AS (
        SELECT customer_id, count(*) AS orders, min(ordered_at) AS first_at, max(ordered_at) AS last_at,
            max(total_minor) FILTER (WHERE nth = 1) AS last_total,
            (avg(total_minor) FILTER (WHERE nth > 1 AND currency = last_currency))::float8 AS earlier_mean
        FROM purchase GROUP BY customer_id
    )
    SELECT customer_id, coalesce(answers, 0), satisfaction, last_rating, previous_rating,
        coalesce(orders, 0), first_at, last_at, last_total, earlier_mean
    FROM unnest(%(customers)s) AS asked (customer_id)
    LEFT JOIN said USING (customer_id) LEFT JOIN bought USING (customer_id)
    ORDER BY customer_id
"""
# An event that retention has deleted was received long ago, so its absence means "received".
_KNOWN_BY_THEN = """
    AND NOT EXISTS (
        SELECT FROM capture_event event WHERE event.store_id = %(store)s AND event.id = {told_by}
        AND event.received_at > %(as_of)s AND NOT event.history)
"""
# An order's own event_id is its latest description; the rank of "placed" ends with the event that placed it.
_PLACED_BY = "abs((fact.told -> 'placed' ->> -1)::bigint)"
READ_PRESENT = _READ.format(review_known="", order_known="")
READ_PAST = _READ.format(
    review_known=_KNOWN_BY_THEN.format(told_by="fact.event_id"),
    order_known=_KNOWN_BY_THEN.format(told_by=f"coalesce({_PLACED_BY}, fact.event_id)"),
)


def read_features(
    *, store: Store, customer_ids: Sequence[int], as_of: datetime, past: bool = False
) -> Iterator[Features]:
    """One row per distinct customer id, by id. One query.

    past: `as_of` is a moment gone by, so that live facts received since then are left out; of an order, its
    status and amount are those described last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            READ_PAST if past else READ_PRESENT,
            {
                "store": store.pk,
                "customers": sorted(set(customer_ids)),
                "as_of": as_of,
                "half_life": HALF_LIFE_DAYS,
                "void": list(VOID_STATUSES),
            },
        )
        for row in cursor.fetchall():
            yield Features(*row)
