"""Purchase intent, held against what was bought after past visits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.core import clock
from regard.predict.domain.intent_quality import LEAST, intent_quality
from regard.profile.models import Visit
from tests.score.people import NOW, days_ago, identity_of, new_customer, new_order

pytestmark = pytest.mark.django_db


def visited(customer, days: float, *, in_cart: int = 0):
    at = days_ago(days)
    return Visit.objects.create(
        store=customer.store, visitor=f"b{customer.pk}", identity=identity_of(customer), started_at=at,
        ended_at=at + timedelta(minutes=9), pages=10, product_ids=["a", "b", "c", "d", "e"], most_looks=3,
        policy_pages=0, had_cart=in_cart > 0, in_cart=in_cart, reached_checkout=False, bounced=False,
    )  # fmt: skip


def test_what_followed_is_counted_and_what_came_later_has_no_influence(store, other_store):
    """Ready with a cart: 30, 15, 15 and 10 are 70; without one 40. Two of three who were ready bought within seven
    days, and one of those who were not."""
    people = [new_customer(store) for _ in range(LEAST)]
    for number, customer in enumerate(people):
        visited(customer, 12, in_cart=int(number < 3))
    for customer, days in ((people[0], 11), (people[1], 6), (people[2], 2), (people[5], 8)):
        new_order(customer, days_ago(days))
    visited(new_customer(other_store), 12)
    visited(people[7], 1, in_cart=1)  # too late to be judged
    with clock.set_to(NOW):
        found = intent_quality(store)
        assert found is not None
        assert (found.visits, found.precision, found.recall) == (LEAST, 2 / 3, 2 / 3)
        assert found.bought == pytest.approx(3 / LEAST)
        assert intent_quality(other_store) is None
