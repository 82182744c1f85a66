"""The lake of a large store, and all metrics of a year by month, some beside SQL written by hand."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import psycopg

from bench.installation import Installation
from bench.scores import CUSTOMERS, EMPTY, FACTS, fill, line

TICKETS = """
    INSERT INTO desk_ticket (store_id, identity_id, follows_order, external_id, channel, category, agent,
        opened_at, first_answered_at, solved_at, described_at, event_id, history)
    SELECT {store}, 1 + floor({customers} * random())::bigint, false, 't' || n,
        (ARRAY['email', 'chat'])[1 + n % 2], (ARRAY['where', 'return', 'other'])[1 + n % 3], 'agent ' || n % 20,
        at, at + random() * interval '1 day', at + (1 + random()) * interval '1 day', at, n, true
    FROM (SELECT n, now() - random() * interval '3 years' AS at FROM generate_series(1, {tickets}) AS n) AS one
"""
TICKETS_A_CUSTOMER = 0.5
SOME_CHANGE = """
    UPDATE profile_order SET status = 'cancelled' WHERE store_id = {store}
    AND id > (SELECT max(id) - 1000 FROM profile_order)
"""


def measure_metrics(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    from regard.core.models import Store
    from regard.lake.domain.refresh import refresh_lake

    store = Store.objects.get(pk=installation.store_id)
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        fill(connection, store.pk)
        _add_tickets(connection, store.pk)
        facts = int(CUSTOMERS * (sum(FACTS.values()) + TICKETS_A_CUSTOMER))
        yield f"{CUSTOMERS:,} customers with {facts:,} facts"
        began = time.perf_counter()
        rows = refresh_lake(store).rows
        yield line(f"the lake filled, {rows:,} rows", time.perf_counter() - began)
        connection.execute(SOME_CHANGE.format(store=store.pk))
        began = time.perf_counter()
        rows = refresh_lake(store).rows
        yield line(f"refreshed after 1,000 orders changed, {rows:,} rows", time.perf_counter() - began)
    yield from _figures(store)
    yield from _beside_sql(store)


def _add_tickets(connection: psycopg.Connection, store_id: int) -> None:
    for (statement,) in connection.execute(EMPTY, [["desk_ticket"]]).fetchall():
        connection.execute(statement)
    tickets = int(CUSTOMERS * TICKETS_A_CUSTOMER)
    connection.execute(TICKETS.format(store=store_id, customers=CUSTOMERS, tickets=tickets))


def _figures(store: object) -> Iterator[str]:
    """Every live metric, files read once before; what it costs to open the lake and write the query included."""
    from regard.measure.domain.figures import FIGURES

    took = {name: _seconds_of(store, name) for name in FIGURES}
    slowest = sorted(took, key=lambda name: -took[name])
    ninety_fifth = statistics.quantiles(took.values(), n=20)[-1]
    yield line(f"{len(took)} metrics and variants, a year by month: median", statistics.median(took.values()))
    yield line("95th percentile", ninety_fifth)
    for name in slowest[:5]:
        yield line(f"among the slowest: {name}", took[name])


def _seconds_of(store: object, name: str) -> float:
    """Of the quicker of two, so that the files have been read."""
    from tests.measure.plain_sql import FIRST, LAST

    from regard.measure.domain.showing import Wanted, metrics_for_viewer

    took = []
    for _ in range(2):
        began = time.perf_counter()
        metrics_for_viewer(store, [name], Wanted(FIRST, LAST, ("month",)))
        took.append(time.perf_counter() - began)
    return min(took)


def _beside_sql(store: object) -> Iterator[str]:
    """The same figures by SQL written by hand on DuckDB, over the same files."""
    import duckdb
    from tests.measure.plain_sql import BY_SQL

    from regard.lake.domain.files import folder_of, read_list

    folder = folder_of(store)
    listed = read_list(folder)
    for name, statement in BY_SQL.items():
        took = []
        for _ in range(2):
            began = time.perf_counter()
            with duckdb.connect() as connection:
                for table in ("orders", "answers", "identities"):
                    connection.read_parquet(listed.paths(folder, table)).create_view(table)
                connection.execute(statement).fetchall()
            took.append(time.perf_counter() - began)
        ours = _seconds_of(store, name)
        yield f"{line(f'{name}, by hand', min(took))}, ours {ours:.3f} s: {ours / min(took):.2f} times"
