"""Durable events a second over HTTP, with authentication, validation and de-duplication."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from bench.installation import Installation, intake_running
from bench.load import Result, post, send_all
from regard.capture.domain.log import COPY_EVENTS, COPY_HEADER, COPY_TRAILER, NewEvent, key_of, pack_rows

BATCHED = 400_000
SINGLE = 60_000
_numbers = itertools.count()


def event() -> dict[str, object]:
    """A product view as a shop's page sends it, about 400 bytes."""
    n = next(_numbers)
    return {
        "type": "track",
        "messageId": f"ajs-next-{n:012d}-5f1c2a",
        "userId": f"customer-{n % 50_000}",
        "event": "Product Viewed",
        "timestamp": "2026-05-01T09:30:00.000Z",
        "properties": {
            "product_id": f"sku-{n % 2000}", "name": "Linen shirt, sand", "price": 59.9, "currency": "EUR",
            "category": "Shirts", "url": "https://shop.example/products/linen-shirt-sand",
        },
        "context": {"ip": "203.0.113.7", "library": {"name": "regard.js", "version": "1"}, "locale": "en-GB"},
    }  # fmt: skip


def measure_intake(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    with intake_running() as port:
        send_all(
            port, [post("/v1/track", event(), installation.write_key) for _ in range(2_000)], connections=8
        )
        raw = best(raw_copy(installation) for _ in range(3))
        batches = [
            post("/v1/batch", {"batch": [event() for _ in range(100)]}, installation.write_key)
            for _ in range(BATCHED // 100)
        ]
        result = send_all(port, batches, connections=32)
        rate = 100 * result.requests / result.seconds
        yield f"raw COPY, same table and indexes   {raw:>10,.0f} events/s"
        yield f"batches of 100, 32 connections     {rate:>10,.0f} events/s   {latency(result)}"
        yield f"  ratio to raw COPY                {rate / raw:>10.2f}            (aim 0.5)"
        del batches
        singles = [post("/v1/track", event(), installation.write_key) for _ in range(SINGLE)]
        result = send_all(port, singles, connections=128)
        rate = result.requests / result.seconds
        yield f"single events, 128 connections     {rate:>10,.0f} events/s   {latency(result)}"
        repeats = send_all(port, singles, connections=128)
        rate = repeats.requests / repeats.seconds
        yield f"the same again: repeats only       {rate:>10,.0f} events/s   {latency(repeats)}"
    with psycopg.connect(installation.dsn) as connection:
        kept = connection.execute("SELECT count(*), count(DISTINCT key) FROM capture_event").fetchone()
        yield f"in the log afterwards              {kept[0]:>10,} events, {kept[1]:,} keys"


def raw_copy(installation: Installation) -> float:
    """Rows a second of one COPY of such rows into the log itself, its partition and indexes: the limit."""
    moment = datetime.now(UTC)  # noqa: TID251 - a measurement, not the product
    rows = [
        NewEvent(
            installation.store_id, moment, moment, installation.source_id, key_of(f"raw-{next(_numbers)}"), False,
            "track", "Product Viewed", f"customer-{n % 50_000}", None, json.dumps(event()).encode(),
        )
        for n in range(100_000)
    ]  # fmt: skip
    data = COPY_HEADER + pack_rows(rows) + COPY_TRAILER
    with psycopg.connect(installation.dsn) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(COPY_EVENTS) as copy:
            copy.write(data)
        connection.commit()
        return len(rows) / (time.perf_counter() - began)


def best(rates: Iterator[float]) -> float:
    return max(rates)


def latency(result: Result) -> str:
    times = f"p50 {result.latency_ms(0.5):.1f} ms, p99 {result.latency_ms(0.99):.1f} ms"
    return f"{times}, {result.failed} failed" if result.failed else times
