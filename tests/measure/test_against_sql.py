"""The expressions against SQL written by hand over the same files, for a store of chance."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from regard.lake.domain.files import folder_of
from regard.measure.domain.showing import Wanted, metrics_for_viewer

from .small_store import STORE
from .written_lake import write_lake

YEAR = Wanted(date(2025, 4, 1), date(2026, 3, 31), ("month",))
CUSTOMERS = 300
BY_SQL = {
    "aov": """
        SELECT date_trunc('month', ordered_on), count(total_minor), avg(total_minor), median(total_minor)
        FROM orders WHERE is_purchase AND ordered_on BETWEEN '2025-04-01' AND '2026-03-31' GROUP BY 1
    """,
    "nps": """
        SELECT date_trunc('month', answered_on), count(*),
            100.0 * (count(*) FILTER (score >= 90) - count(*) FILTER (score < 70)) / count(*), NULL
        FROM answers WHERE measure = 'nps' AND answered_on BETWEEN '2025-04-01' AND '2026-03-31' GROUP BY 1
    """,
    "rpr": """
        WITH turns AS (
            SELECT customer_id, ordered_on,
                row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at, orders.id) AS turn
            FROM orders JOIN identities ON identities.id = orders.identity_id WHERE is_purchase
        ), months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-03-01', INTERVAL 1 MONTH)) AS month
        )
        SELECT month, count(DISTINCT customer_id),
            100.0 * count(DISTINCT customer_id) FILTER (turn > 1) / count(DISTINCT customer_id), NULL
        FROM months JOIN turns ON ordered_on < month + INTERVAL 1 MONTH
            AND ordered_on >= month + INTERVAL 1 MONTH - INTERVAL 365 DAY
        GROUP BY 1
    """,
    "crr": """
        WITH bought AS (
            SELECT customer_id, ordered_on FROM orders JOIN identities ON identities.id = orders.identity_id
            WHERE is_purchase
        ), months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-04-01', INTERVAL 1 MONTH)) AS month
        ), active AS (
            SELECT DISTINCT month, customer_id FROM months JOIN bought
            ON ordered_on < month AND ordered_on >= month - INTERVAL 365 DAY
        )
        SELECT before.month, count(*), 100.0 * count(after.customer_id) / count(*), NULL
        FROM active AS before LEFT JOIN active AS after
            ON after.customer_id = before.customer_id AND after.month = before.month + INTERVAL 1 MONTH
        WHERE before.month < '2026-04-01' GROUP BY 1
    """,
    "days_between": """
        WITH gaps AS (
            SELECT ordered_on, date_diff('second', lag(ordered_at) OVER (
                PARTITION BY customer_id ORDER BY ordered_at, orders.id), ordered_at) / 86400.0 AS gap
            FROM orders JOIN identities ON identities.id = orders.identity_id WHERE is_purchase
        )
        SELECT date_trunc('month', ordered_on), count(gap), avg(gap), median(gap) FROM gaps
        WHERE ordered_on BETWEEN '2025-04-01' AND '2026-03-31' AND gap IS NOT NULL GROUP BY 1
    """,
    "ltv_by_nps": """
        WITH months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-03-01', INTERVAL 1 MONTH)) AS month
        ), said AS (
            SELECT month, customer_id, arg_max(score, answered_at) AS score
            FROM months JOIN answers ON answered_on < month + INTERVAL 1 MONTH
            JOIN identities ON identities.id = answers.identity_id WHERE measure = 'nps' GROUP BY 1, 2
        ), spent AS (
            SELECT month, customer_id, sum(total_minor - coalesce(refunded_minor, 0)) AS spent
            FROM months JOIN orders ON ordered_on < month + INTERVAL 1 MONTH
            JOIN identities ON identities.id = orders.identity_id WHERE is_purchase GROUP BY 1, 2
        )
        SELECT month, count(spent), avg(spent), NULL,
            CASE WHEN score >= 90 THEN 'promoter' WHEN score < 70 THEN 'detractor' ELSE 'passive' END AS split
        FROM said JOIN spent USING (month, customer_id) GROUP BY 1, 5
    """,
}


@pytest.fixture(autouse=True)
def store_of_chance() -> None:
    chance = random.Random(7)

    def moment() -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 820))

    orders, answers = [], []
    for _ in range(1_500):
        at = moment()
        orders.append({
            "order_id": f"o{len(orders)}", "identity_id": chance.choice([None, *range(1, CUSTOMERS)]),
            "ordered_at": at, "ordered_on": at.date(), "is_purchase": chance.random() < 0.9,
            "total_minor": chance.choice([None, *range(500, 20_000, 7)]),
            "refunded_minor": chance.choice([0, 0, 0, 250]),
        })  # fmt: skip
    for _ in range(900):
        at = moment()
        answers.append({
            "measure": chance.choice(["nps", "csat"]), "score": 10.0 * chance.randrange(11),
            "identity_id": chance.randrange(1, CUSTOMERS), "answered_at": at, "answered_on": at.date(),
        })  # fmt: skip
    # Several identities are of one customer.
    identities = [{"customer_id": number % 250 + 1} for number in range(CUSTOMERS)]
    write_lake(STORE, {"orders": orders, "answers": answers, "identities": identities})


@pytest.mark.parametrize("name", BY_SQL)
def test_figures_are_those_of_plain_sql(name: str):
    [shown] = metrics_for_viewer(STORE, [name], YEAR)
    found = {
        (figure.first, figure.split): (figure.n, figure.value, figure.median)
        for figure in shown.figures
        if figure.value is not None
    }
    with duckdb.connect() as connection:
        for table in ("orders", "answers", "identities"):
            path = folder_of(STORE) / f"{table}-0-v.parquet"
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{path}'")
        rows = connection.execute(BY_SQL[name]).fetchall()
    precision = 0.51 if shown.metric.unit in {"money", "points"} else 1e-4
    expected = {
        (row[0].date() if isinstance(row[0], datetime) else row[0], (*row, "")[4]): (
            row[1], pytest.approx(float(row[2]), abs=precision),
            row[3] if row[3] is None else pytest.approx(float(row[3]), abs=precision),
        )
        for row in rows
    }  # fmt: skip
    assert len(expected) >= 12
    assert found == expected
