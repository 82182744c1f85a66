"""The whole pipeline: whatever the order in which things arrive, scores and alerts come out the same."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from regard import pipeline
from regard.act.models import Alert
from regard.core import clock
from regard.core.domain.stores import create_store
from regard.profile.models import Customer
from regard.score.domain.stale import refresh_stale
from regard.score.models import Score
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db

STORY: list[dict[str, Any]] = [
    {"user": "ada", "hour": 1, "name": "Order Completed",
     "properties": {"order_id": "1", "total": "40.00", "currency": "EUR"}},
    {"user": "ada", "hour": 2, "name": "Order Completed",
     "properties": {"order_id": "2", "total": "50.00", "currency": "EUR"}},
    {"browser": "phone", "hour": 3, "name": "Product Reviewed",
     "properties": {"review_id": "r", "product_id": "p", "rating": 1, "review_body": "Awful"}},
    {"user": "ada", "browser": "phone", "hour": 4, "type": "identify"},
]  # fmt: skip


def outcome(store) -> dict[str, Any]:
    (customer,) = Customer.objects.filter(store=store, merged_into=None)
    score = Score.objects.get(store=store, subject_id=customer.pk, name="health")
    alerts = Alert.objects.filter(store=store, identity__customer=customer)
    return {
        "health": (score.value, score.band, score.coverage, score.input_values),
        "alerts": list(alerts.values_list("instance", "reason", "repeats")),
    }


def told_in(order, *, history: bool = False, times: int = 1):
    store = create_store(
        slug=f"s{''.join(map(str, order))}{history:d}{times}", name="Acme", currency="EUR", actor="tests"
    )
    for number in order:
        events = append([call(store, history=history, **STORY[number])])
        for _ in range(times):
            take(store, events, stages=pipeline.STAGES)
    refresh_stale(store)
    return store


def test_scores_and_alerts_do_not_depend_on_the_order_of_arrival(db):
    with clock.set_to(at(5)):
        orders = list(permutations(range(len(STORY))))
        outcomes = [outcome(told_in(order)) for order in orders]

    assert outcomes[0]["alerts"] == [("r", "p: 1 of 5 stars from a customer with 2 orders: “Awful”", 0)]
    assert outcomes[0]["health"][1:3] == ("health:healthy", 100)
    assert outcomes == [outcomes[0]] * len(orders)


def test_a_batch_that_is_taken_again_changes_nothing(db):
    with clock.set_to(at(5)):
        assert outcome(told_in((2, 0, 3, 1), times=3)) == outcome(told_in((2, 0, 3, 1)))


def test_the_same_story_imported_gives_the_same_score_and_no_alert(db):
    with clock.set_to(at(5)):
        live, imported = outcome(told_in((0, 1, 2, 3))), outcome(told_in((0, 1, 2, 3), history=True))

    assert imported == {"health": live["health"], "alerts": []}
