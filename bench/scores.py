"""All customers of a large store scored again, beside the least that any way of doing so would have to do."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg

from bench.installation import Installation

CUSTOMERS = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "1000000"))
# Facts for each customer: with the customers themselves they make ten events a customer.
FACTS = {"orders": 3.0, "parcels": 2.9, "reviews": 1.0, "answers": 2.0, "refunds": 0.1}

# Some customers have many facts and many have few; times lie within three years.
SOMEBODY = "1 + floor({customers} * power(random(), 1.5))::bigint"
FILL = """
    INSERT INTO profile_customer (id, store_id, name, email, phone, attributes, first_seen_at, last_seen_at,
        created_at)
    SELECT n, {store}, 'Customer ' || n, 'c' || n || '@example.com', '', '{{}}', now() - interval '3 years', now(),
        now()
    FROM generate_series(1, {customers}) AS n;
    INSERT INTO profile_identity (id, store_id, kind, value, customer_id, own_customer_id, by_hand,
        first_seen_at, last_seen_at, name, email, traits)
    SELECT n, {store}, 'user_id', 'u' || n, n, n, false, now(), now(), '', '', '{{}}'
    FROM generate_series(1, {customers}) AS n;
    INSERT INTO profile_order (store_id, identity_id, external_id, status, ordered_at, promised_at, total_minor,
        currency, history, described_at, event_id, told)
    SELECT {store}, {somebody}, 'o' || n, CASE WHEN random() < 0.03 THEN 'cancelled' ELSE 'completed' END,
        at, at + interval '5 days', (1000 + 20000 * random())::bigint, 'EUR', true, at, n, '{{}}'
    FROM (SELECT n, now() - random() * interval '3 years' AS at FROM generate_series(1, {orders}) AS n) AS one;
    INSERT INTO profile_shipment (store_id, order_external_id, external_id, carrier, tracking_number,
        tracking_url, state, shipped_at, delivered_at, told)
    SELECT {store}, external_id, 'p' || id, '', '', '', 'delivered', ordered_at,
        ordered_at + random() * interval '6 days', '{{}}'
    FROM profile_order WHERE store_id = {store} ORDER BY id LIMIT {parcels};
    INSERT INTO profile_refund (store_id, order_external_id, external_id, amount_minor, currency, reason,
        refunded_at, described_at, event_id, counted)
    SELECT {store}, external_id, 'r' || id, total_minor, 'EUR', '', ordered_at, ordered_at, id, true
    FROM profile_order WHERE store_id = {store} ORDER BY id DESC LIMIT {refunds};
    INSERT INTO listen_review (store_id, identity_id, follows_order, external_id, order_external_id,
        product_external_id, rating, title, body, reviewed_at, history, event_id)
    SELECT {store}, {somebody}, false, 'v' || n, '', '', 1 + floor(5 * random()), '', 'words',
        now() - random() * interval '3 years', true, n
    FROM generate_series(1, {reviews}) AS n;
    INSERT INTO listen_response (store_id, identity_id, follows_order, external_id, survey, measure, topic, value,
        lowest, highest, low_is_good, score, text, order_external_id, product_external_id, answered_at, history,
        event_id)
    SELECT {store}, {somebody}, false, 'a' || n, '', measure, topic, value, 0, 10, false, value * 10, '', '', '',
        now() - random() * interval '3 years', true, n
    FROM (SELECT n, (ARRAY['nps', 'csat', 'ces'])[1 + n % 3] AS measure, floor(11 * random()) AS value,
        (ARRAY['relationship', 'product', 'support'])[1 + n % 3] AS topic
        FROM generate_series(1, {answers}) AS n) AS one;
"""
# What the statements above leave out is empty.
EMPTY = """
    SELECT format('ALTER TABLE %%I ALTER COLUMN %%I SET DEFAULT %%L', table_name, column_name,
        CASE data_type WHEN 'boolean' THEN 'false' WHEN 'jsonb' THEN '{}' WHEN 'ARRAY' THEN '{}'
            WHEN 'character varying' THEN '' WHEN 'text' THEN ''
            WHEN 'timestamp with time zone' THEN 'now' ELSE '0' END)
    FROM information_schema.columns
    WHERE table_name = ANY(%s) AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""
TABLES = (
    "profile_customer", "profile_identity", "profile_order", "profile_shipment", "profile_refund", "listen_review",
    "listen_response",
)  # fmt: skip
# A sum and a time of every fact, by customer, and one row a customer written: no window, no recency, no reasons.
LIMIT = """
    CREATE TEMP TABLE least (customer_id bigint PRIMARY KEY, facts bigint, total float8, last_at timestamptz);
    INSERT INTO least
    SELECT customer_id, count(*), sum(amount), max(at) FROM (
        SELECT identity_id, total_minor AS amount, ordered_at AS at FROM profile_order
        UNION ALL SELECT identity_id, rating, reviewed_at FROM listen_review
        UNION ALL SELECT identity_id, score, answered_at FROM listen_response
    ) AS fact JOIN profile_identity AS identity ON identity.id = identity_id
    WHERE identity.store_id = {store} GROUP BY customer_id
    ON CONFLICT (customer_id) DO UPDATE SET facts = excluded.facts
"""
MARK_ALL = """
    INSERT INTO score_stalecustomer (store_id, customer_id, marks)
    SELECT {store}, n, 1 FROM generate_series(1, {customers}) AS n
"""


def measure_scores(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    from regard.core import clock
    from regard.core.models import Store
    from regard.score.domain.band_totals import LARGE
    from regard.score.domain.refresh import refresh_health
    from regard.score.domain.retelling import retell_past
    from regard.score.domain.stale import refresh_stale

    store = Store.objects.get(pk=installation.store_id)
    facts = int(CUSTOMERS * sum(FACTS.values()))
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        took = _seconds(lambda: fill(connection, store.pk))
        yield f"{CUSTOMERS:,} customers with {facts:,} facts, made in {took:.0f} s"
        yield line(
            "limit: bare sums by customer, one row each", _seconds(lambda: least(connection, store.pk))
        )
        connection.execute(MARK_ALL.format(store=store.pk, customers=CUSTOMERS))
    yield line("the first time, as after an import", _seconds(lambda: refresh_stale(store)))
    for nights in (1, 2):
        began = time.perf_counter()
        moved = refresh_health(store=store, as_of=clock.now() + timedelta(days=nights))
        yield line(f"a night on which {moved:,} moved", time.perf_counter() - began)
    yield f"peak memory of the process: {_peak():,} MB"
    for customers in (1, 1_000):
        yield line(f"after a batch that touched {customers:,}", _touched(store, customers))
    if CUSTOMERS <= LARGE:  # larger stores have it told once a week, at their leisure
        began = time.perf_counter()
        moves = retell_past(store)
        yield line(f"twelve months told anew, {moves:,} moves", time.perf_counter() - began)


def line(what: str, seconds: float) -> str:
    return f"{what:<50} {seconds:9.3f} s"


def fill(connection: psycopg.Connection, store_id: int) -> None:
    """Customers and facts, straight into the tables."""
    counts = {name: int(CUSTOMERS * each) for name, each in FACTS.items()}
    somebody = SOMEBODY.format(customers=CUSTOMERS)
    for (statement,) in connection.execute(EMPTY, [list(TABLES)]).fetchall():
        connection.execute(statement)
    connection.execute(FILL.format(store=store_id, customers=CUSTOMERS, somebody=somebody, **counts))
    connection.execute("VACUUM ANALYZE")


def least(connection: psycopg.Connection, store_id: int) -> None:
    connection.execute("SET work_mem = '128MB'")
    connection.execute(LIMIT.format(store=store_id))


def _touched(store: object, customers: int) -> float:
    """Seconds of the quickest of five."""
    from regard.score.domain.refresh import refresh_health

    some = [random.randint(1, CUSTOMERS) for _ in range(customers)]
    return min(_seconds(lambda: refresh_health(store=store, customer_ids=some)) for _ in range(5))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
