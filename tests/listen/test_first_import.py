"""What a first import brings is joined by indexes, though the planner knows its tables as nearly empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from regard.capture.domain.statistics import learn_new_rows
from regard.core.models import Store
from regard.listen.domain.keeping import FOLLOW_ORDERS
from regard.listen.models import Review
from regard.profile.models import Order
from tests.score.people import identity_of, new_customer

MANY = 2_000
THEN = datetime(2026, 1, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def walked(node: dict[str, Any]) -> Iterator[float]:
    """How many rows each part of a plan looked at."""
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed"))
    yield (node["Actual Rows"] + removed) * node["Actual Loops"]
    for part in node.get("Plans", []):
        yield from walked(part)


def test_what_follows_orders_is_looked_up_and_not_compared_with_all(store: Store) -> None:
    identity = identity_of(new_customer(store))

    def bring(first: int, last: int) -> None:
        names = [f"O-{number}" for number in range(first, last)]
        Order.objects.bulk_create(
            Order(
                store=store,
                external_id=name,
                identity=identity,
                event_id=1,
                ordered_at=THEN,
                described_at=THEN,
                currency="EUR",
                history=True,
            )
            for name in names
        )
        Review.objects.bulk_create(
            Review(
                store=store, external_id=name, order_external_id=name, follows_order=True, event_id=1, rating=5,
                reviewed_at=THEN, history=True,
            )
            for name in names
        )  # fmt: skip

    bring(0, 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listen_review, profile_order, profile_identity")
    bring(1, MANY)
    learn_new_rows()
    statement = FOLLOW_ORDERS.format(table="listen_review", said_at="reviewed_at").replace("%b", "%s")
    orders = [f"O-{number}" for number in range(MANY)]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", (store.pk, orders))
        ((plan,),) = cursor.fetchall()

    assert Review.objects.filter(identity=identity).count() == MANY
    assert sum(walked(plan[0]["Plan"])) < 20 * MANY
