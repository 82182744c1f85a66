"""The expressions against SQL written by hand over the same files, for a store of chance."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from regard.lake.domain.files import folder_of
from regard.measure.domain.showing import Wanted, metrics_for_viewer

from .plain_sql import BY_SQL, FIRST, LAST
from .small_store import STORE
from .written_lake import write_lake

YEAR = Wanted(FIRST, LAST, ("month",))
CUSTOMERS = 300


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
