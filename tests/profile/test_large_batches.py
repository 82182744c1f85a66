"""A large batch after small ones is checked by plans for tables that have become large."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.profile.histories import append, call

from regard.capture.domain.reader import read_next
from regard.pipeline import READER, STAGES

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = 2_000
READ = """
    SELECT sum(seq_tup_read) FROM pg_stat_user_tables
    WHERE relname IN ('profile_identity', 'profile_customer')
"""


def tell_orders(store, name: str, count: int) -> None:
    append(
        [
            call(
                store,
                user=f"{name}{number}",
                name="Order Completed",
                history=True,
                properties={"order_id": f"{name}{number}", "total": 9},
            )
            for number in range(count)
        ]
    )
    assert read_next(store, reader=READER, stages=STAGES) == count


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


def test_foreign_keys_of_a_large_batch_are_not_checked_by_reading_whole_tables(store):
    tell_orders(store, "first", 20)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tell_orders(store, "second", 20)
    before = rows_read()

    tell_orders(store, "many", LARGE)

    assert rows_read() - before < 50 * LARGE
