"""How the statements that derive parts of orders are planned."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.query_plans import plan_of

from regard.capture.domain.bulk import joining_sets
from regard.profile.domain.order_sums import COUNT_REFUNDS, DERIVE_ORDERS, DERIVE_REFUNDED

pytestmark = pytest.mark.django_db

SEEN_EMPTY = """
    UPDATE pg_class SET reltuples = 0, relpages = 900
    WHERE relname IN ('profile_order', 'profile_orderline', 'profile_refund', 'profile_shipment')
"""
VALUES = {"currency": "EUR", "partially": "partially refunded", "refunded": "refunded"}


@pytest.mark.parametrize("statement", [DERIVE_ORDERS, COUNT_REFUNDS, DERIVE_REFUNDED])
def test_tables_that_a_vacuum_saw_empty_are_not_joined_row_by_row(store, statement):
    """As it does when it comes while the first batch is being written."""
    orders = [f"order-{number}" for number in range(20_000)]
    with connection.cursor() as cursor:
        cursor.execute(SEEN_EMPTY)
        with joining_sets():
            plan = plan_of(statement, VALUES | {"store": store.pk, "orders": orders})

    assert re.search(r"(Hash|Merge) Cond: \(\w+\.id = \w+\.id\)", plan), plan
