"""Journeys: from an event to the message in the outbox, and very many who wait."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import psycopg

from bench.installation import Installation, intake_running, worker_running
from bench.load import post, send_all
from bench.pipeline import await_read, share

JOURNEYS = 30
PER_SECOND = 500
SECONDS = 20
CUSTOMERS = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "20000"))
WAITING = int(os.environ.get("REGARD_BENCH_ENROLMENTS", "1000000"))
DUE = 50_000
# One event in fifty starts a journey: ten a second, and every event is one that thirty triggers look at.
ONE_IN = 50
BODY = [{"heading": "About {{ event.product_id }}"}, {"text": "Hello {{ customer.name | default: 'you' }}"}]
TEMPLATE = {
    "key": "bench-note", "name": "Note", "purpose": "transactional",
    "texts": {"en": {"subject": "About {{ event.product_id }}", "body": BODY}},
}  # fmt: skip
DEFINITION = """
journey: bench-{number}
name: Bench {number}
holdout: 0
start: {{event: Product Viewed, where: 'event.mark = {number} and event.price > 10'}}
who: 'orders >= 0'
again: always
instance: event.view_id
steps:
  - send: bench-note
  - wait: 1 day
"""
WAITING_JOURNEY = """
journey: bench-waiting
name: Very many wait
holdout: 0
start: {by_hand: true}
again: always
instance: event.n
steps:
  - wait: 1 day
  - if: 'orders >= 1'
    then: [{do: tag, with: {tag: bench}}]
  - wait: 1 day
"""
FILL_CUSTOMERS = """
    WITH made AS (
        INSERT INTO profile_customer
            (store_id, name, email, phone, attributes, first_seen_at, last_seen_at, created_at)
        SELECT %(store)s, 'Customer ' || n, 'c' || n || '@example.com', '', '{}', now(), now(), now()
        FROM generate_series(1, %(customers)s) AS n RETURNING id, email
    )
    INSERT INTO profile_identity (store_id, kind, value, customer_id, own_customer_id, by_hand, parted_before,
        first_seen_at, last_seen_at, name, email, phone, traits)
    SELECT %(store)s, 'user_id', 'customer-' || ltrim(split_part(email, '@', 1), 'c'), id, id, false, false,
        now(), now(), '', email, '', '{}' FROM made
"""
FILL_WAITING = """
    INSERT INTO journey_enrolment (store_id, journey_id, version_id, identity_id, instance, state, step, since,
        wake_at, "values", attempts, entered_at, reason)
    SELECT %(store)s, %(journey)s, %(version)s, identity.id, n::text, 'active', 's1', now() - interval '1 day',
        CASE WHEN n <= %(due)s THEN now() ELSE now() + interval '30 days' * (n::float8 / %(waiting)s) END,
        '{"event": {}}', 0, now() - interval '1 day', ''
    FROM generate_series(1, %(waiting)s) AS n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM profile_identity WHERE store_id = %(store)s)
        AS identity ON identity.place = 1 + n %% %(customers)s
"""
NEW_MESSAGES = """
    SELECT send.id, event.received_at FROM act_send AS send
    JOIN journey_enrolment AS enrolment ON enrolment.id = split_part(send.instance, ':', 1)::bigint
    JOIN capture_event AS event ON event.store_id = send.store_id AND event.id = enrolment.event_id
    WHERE send.id > %s AND send.store_id = %s AND send.intent LIKE 'journey:%%' ORDER BY send.id
"""


def measure_journeys(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    with psycopg.connect(installation.dsn, autocommit=True) as database:
        values = {"store": installation.store_id, "customers": CUSTOMERS}
        database.execute(FILL_CUSTOMERS, values)
        database.execute("VACUUM (ANALYZE) profile_customer, profile_identity")
        _make_journeys(installation)
        yield from _measure_latency(installation, database)
        yield from _measure_waiting(installation, database)


def _make_journeys(installation: Installation) -> None:
    from regard.core.models import Store
    from regard.journey.domain.journeys import import_journey, switch_on
    from regard.message.domain.templates import read_definition, save_template

    store = Store.objects.get(pk=installation.store_id)
    save_template(store, read_definition(TEMPLATE), actor="bench")
    for number in range(JOURNEYS):
        switch_on(import_journey(store, DEFINITION.format(number=number), actor="bench"), actor="bench")


def _measure_latency(installation: Installation, database: psycopg.Connection[Any]) -> Iterator[str]:
    with worker_running(), intake_running() as port:
        # A worker that has just begun loads what it needs with the first message, for two seconds or so.
        first = [post("/v1/track", _view(-n), installation.write_key) for n in range(1, PER_SECOND)]
        send_all(port, first, connections=16, per_second=PER_SECOND)
        await_read(database, installation)
        time.sleep(5)
        singles = [post("/v1/track", _view(n), installation.write_key) for n in range(PER_SECOND * SECONDS)]
        with _messages_watched(installation) as latencies:
            result = send_all(port, singles, connections=16, per_second=PER_SECOND)
            await_read(database, installation)
            time.sleep(2)
    said = f"{JOURNEYS} triggers and journeys on, singles at {result.requests / result.seconds:,.0f} events/s"
    yield f"{said}: {len(latencies):,} messages of {PER_SECOND * SECONDS // ONE_IN:,}"
    p50, p95 = share(latencies, 0.5), share(latencies, 0.95)
    said = "  from an event's arrival to its message in the outbox"
    yield f"{said} p50 {p50:.0f} ms, p95 {p95:.0f} ms (aim: p95 under 500 ms)"


def _view(n: int) -> dict[str, object]:
    mark = n // ONE_IN % JOURNEYS if n % ONE_IN == 0 else -1
    return {
        "type": "track", "userId": f"customer-{1 + n * 7919 % CUSTOMERS}", "event": "Product Viewed",
        "properties": {"product_id": f"sku-{n % 2000}", "price": 59.9, "mark": mark, "view_id": f"v{n}"},
    }  # fmt: skip


def _measure_waiting(installation: Installation, database: psycopg.Connection[Any]) -> Iterator[str]:
    """In this process, so that its memory can be told."""
    from regard.core.models import Store
    from regard.journey.domain.journeys import import_journey, switch_on
    from regard.journey.domain.running import run_due

    store = Store.objects.get(pk=installation.store_id)
    journey = import_journey(store, WAITING_JOURNEY, actor="bench")
    switch_on(journey, actor="bench")
    values = {
        "store": store.pk, "journey": journey.pk, "version": journey.current_id, "customers": CUSTOMERS,
        "waiting": WAITING, "due": DUE,
    }  # fmt: skip
    database.execute(FILL_WAITING, values)
    database.execute("VACUUM (ANALYZE) journey_enrolment")
    this = psutil.Process()
    before = most = this.memory_info().rss
    began, taken = time.perf_counter(), 0
    while done := run_due():
        taken += done
        most = max(most, this.memory_info().rss)
    seconds = time.perf_counter() - began
    grown = (most - before) / 1024**2
    yield f"{WAITING:,} wait, {taken:,} are due at once: {taken / seconds:,.0f} people/s, three steps each"
    yield f"  in one runner, {seconds:.1f} s; its memory grew by {grown:,.0f} MB"
    looks = 50
    began = time.perf_counter()
    for _look in range(looks):
        run_due()
    yield f"  a look when nothing is due takes {1000 * (time.perf_counter() - began) / looks:.1f} ms"


@contextmanager
def _messages_watched(installation: Installation) -> Iterator[list[float]]:
    """As bench.pipeline watches acts: milliseconds from an event's receipt to its message in the outbox."""
    latencies: list[float] = []
    stop, ready = threading.Event(), threading.Event()

    def watch() -> None:
        with psycopg.connect(installation.dsn, autocommit=True) as listening:
            listening.execute("LISTEN regard_outbox")
            ((last,),) = listening.execute("SELECT coalesce(max(id), 0) FROM act_send").fetchall()
            ready.set()
            while not stop.is_set():
                list(listening.notifies(timeout=0.2, stop_after=1))
                told_at = time.time()
                for send, received_at in listening.execute(NEW_MESSAGES, (last, installation.store_id)):
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
