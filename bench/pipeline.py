"""From the log to profiles, scores and acts: a long past at once, and a busy present."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.installation import Installation, intake_running, worker_running
from bench.load import Result, post, send_all
from regard.pipeline import READER

HISTORY = int(os.environ.get("REGARD_BENCH_EVENTS", "10000000"))
EVENTS_A_CUSTOMER = 10  # one sign-up, three orders, a review, five views; far apart in the log, kinds mixed
PER_SECOND = 2_000
SECONDS = 20
QUIET_PER_SECOND = 500
ONE_BAD_REVIEW_IN = 50
PATIENCE = 3_600  # seconds that a part may take before it is given up

WRITE_HISTORY = """
    INSERT INTO capture_event (store_id, received_at, occurred_at, source_id, key, history,
        type, name, user_id, anonymous_id, payload)
    SELECT %(store)s, now(), now() - interval '700 days' * (1 - n::float8 / %(events)s), %(source)s,
        gen_random_uuid(), true, type, name, 'customer-' || customer, NULL,
        ('{"type":"' || type || '","userId":"customer-' || customer || '",' || CASE
            WHEN nth = 0 THEN format(
                '"traits":{"email":"c%%1$s@example.com","name":"Customer %%1$s"}', customer)
            WHEN nth = 5 THEN format(
                '"event":"Product Reviewed","properties":{"review_id":"r%%s","product_id":"sku-%%s",'
                '"rating":%%s,"review_body":"It is as described."}', customer, n %% 2000, 1 + customer %% 5)
            WHEN nth IN (2, 4, 8) THEN format(
                '"event":"Order Completed","properties":{"order_id":"o%%s-%%s","total":%%s,"currency":"EUR",'
                '"products":[{"product_id":"sku-%%s","name":"Linen shirt, sand","price":59.9,"quantity":1}]}',
                customer, nth, 20 + n %% 100, n %% 2000)
            ELSE format(
                '"event":"Product Viewed","properties":{"product_id":"sku-%%s","name":"Linen shirt, sand",'
                '"price":59.9,"currency":"EUR","category":"Shirts"}', n %% 2000)
        END || ',"context":{"ip":"203.0.113.7","locale":"en-GB"}}')::json
    FROM (
        SELECT n, customer, ((n - 1) / %(customers)s + customer) %% 10 AS nth
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
            LATERAL (SELECT 1 + n * 7919 %% %(customers)s AS customer) AS whose
    ) AS act, LATERAL (SELECT
        CASE nth WHEN 0 THEN 'identify' ELSE 'track' END AS type,
        CASE nth WHEN 0 THEN '' WHEN 2 THEN 'Order Completed' WHEN 4 THEN 'Order Completed'
            WHEN 5 THEN 'Product Reviewed' WHEN 8 THEN 'Order Completed' ELSE 'Product Viewed' END AS name
    ) AS kind
"""
CHUNK = 500_000


def measure_pipeline(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured. The present is measured on top of the past."""
    customers = HISTORY // EVENTS_A_CUSTOMER
    _write_history(installation, customers)
    with psycopg.connect(installation.dsn, autocommit=True) as database:
        began = time.perf_counter()
        with worker_running():
            await_read(database, installation)
            read = time.perf_counter() - began
            await_scored(database, installation)
            whole = time.perf_counter() - began
        yield f"backfill of {HISTORY:>12,} events   {HISTORY / whole:>10,.0f} events/s, {customers:,} customers"
        yield f"  profiles after {read:,.0f} s, scores after {whole:,.0f} s (aim for ten million: under 600 s)"
        yield from _measure_present(installation, database, customers)


def _write_history(installation: Installation, customers: int) -> None:
    with psycopg.connect(installation.dsn, autocommit=True) as database:
        _ensure_month(database)
        for first in range(1, HISTORY + 1, CHUNK):
            database.execute(
                WRITE_HISTORY,
                {
                    "store": installation.store_id, "source": installation.source_id, "customers": customers,
                    "events": HISTORY, "first": first, "last": min(first + CHUNK - 1, HISTORY),
                },
            )  # fmt: skip
        database.execute("VACUUM (ANALYZE) capture_event")


def _ensure_month(database: psycopg.Connection[Any]) -> None:
    from regard.capture.domain.partitions import ensure_partitions, month_number
    from regard.core import clock

    with database.transaction(), database.cursor() as cursor:
        ensure_partitions(cursor, [month_number(clock.now())])


def await_read(database: psycopg.Connection[Any], installation: Installation) -> None:
    [last] = _row(database, "SELECT max(id) FROM capture_event WHERE store_id = %s", installation.store_id)
    _await(
        lambda: _row(
            database,
            "SELECT coalesce(max(event_id), 0) FROM capture_readerposition WHERE store_id = %s AND reader = %s",
            installation.store_id, READER,
        )[0] >= last
    )  # fmt: skip


def await_scored(database: psycopg.Connection[Any], installation: Installation) -> None:
    stale = "SELECT NOT EXISTS (SELECT FROM score_stalecustomer WHERE store_id = %s)"
    _await(lambda: _row(database, stale, installation.store_id)[0])


def _await(true: Any) -> None:
    deadline = time.perf_counter() + PATIENCE
    while not true():
        if time.perf_counter() > deadline:
            raise RuntimeError(f"not done after {PATIENCE} s")
        time.sleep(0.05)


def _row(database: psycopg.Connection[Any], statement: str, *values: object) -> Any:
    return database.execute(statement, values).fetchone()


def _measure_present(
    installation: Installation, database: psycopg.Connection[Any], customers: int
) -> Iterator[str]:
    with worker_running(), intake_running() as port:
        batches = [
            post("/v1/batch", {"batch": [_view(n + k, customers) for k in range(20)]}, installation.write_key)
            for n in range(0, PER_SECOND * SECONDS, 20)
        ]
        began = time.perf_counter()
        send_all(port, batches, connections=4, per_second=PER_SECOND / 20)
        sent = time.perf_counter() - began
        await_read(database, installation)
        read = time.perf_counter() - began
        said = f"live, sent at {PER_SECOND * SECONDS / sent:,.0f} events/s"
        yield f"{said:<34} {PER_SECOND * SECONDS / read:>10,.0f} events/s read (aim 2,000)"
        yield f"  behind by {read - sent:.2f} s when the last was sent"
        with _acts_watched(installation) as latencies:
            result = _send_singles(installation, port, customers)
            await_read(database, installation)
            time.sleep(1)
        said = f"live, singles at {result.requests / result.seconds:,.0f} events/s"
        yield f"{said:<34} {len(latencies):>10,} acts, from an event's arrival to the act in the outbox"
        p50, p95 = share(latencies, 0.5), share(latencies, 0.95)
        yield f"  p50 {p50:.0f} ms, p95 {p95:.0f} ms (aim: p95 under 500 ms)"


def _send_singles(installation: Installation, port: int, customers: int) -> Result:
    singles = [
        post(
            "/v1/track",
            _bad_review(n, customers) if n % ONE_BAD_REVIEW_IN == 0 else _view(n, customers),
            installation.write_key,
        )
        for n in range(QUIET_PER_SECOND * SECONDS)
    ]
    return send_all(port, singles, connections=16, per_second=QUIET_PER_SECOND)


def _view(n: int, customers: int) -> dict[str, object]:
    return {
        "type": "track", "userId": f"customer-{1 + n * 7919 % customers}", "event": "Product Viewed",
        "properties": {"product_id": f"sku-{n % 2000}", "name": "Linen shirt, sand", "price": 59.9},
    }  # fmt: skip


def _bad_review(n: int, customers: int) -> dict[str, object]:
    """Each by another customer: a second one on the same day would raise no alert of its own."""
    return {
        "type": "track", "userId": f"customer-{1 + n % customers}", "event": "Product Reviewed",
        "properties": {"review_id": f"live-{n}", "rating": 1, "review_body": "Torn after a week."},
    }  # fmt: skip


@contextmanager
def _acts_watched(installation: Installation) -> Iterator[list[float]]:
    """Fills the list with milliseconds from an event's receipt to the moment its e-mail stands in the outbox.

    PostgreSQL tells of new rows when their transaction has committed, so that moment is later than the commit.
    """
    latencies: list[float] = []
    stop = threading.Event()
    ready = threading.Event()

    def watch() -> None:
        with psycopg.connect(installation.dsn, autocommit=True) as listening:
            listening.execute("LISTEN regard_outbox")
            ready.set()
            last = 0
            while not stop.is_set():
                list(listening.notifies(timeout=0.2, stop_after=1))
                told_at = time.time()
                for send, received_at in listening.execute(NEW_ACTS, (last, installation.store_id)):
                    last = send
                    latencies.append(1000 * (told_at - received_at.timestamp()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    ready.wait(10)
    try:
        yield latencies
    finally:
        stop.set()
        watcher.join()


NEW_ACTS = """
    SELECT send.id, event.received_at FROM act_send send
    JOIN act_alert alert ON alert.id = send.instance::bigint
    JOIN capture_event event ON event.store_id = alert.store_id AND event.id = alert.event_id
    WHERE send.id > %s AND send.store_id = %s AND send.intent = 'alert' ORDER BY send.id
"""


def share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
