"""Orders that come with codes, whatever the order in which they are told, and what is kept of a person."""

from __future__ import annotations

import random

import pytest

from regard.capture.domain.batch import Stage
from regard.core.registry import data_holders
from regard.offer import reactions as offer
from regard.offer.domain.pools import set_limits
from regard.offer.models import OfferCode, OfferRedemption
from tests.act.queueing import facts
from tests.offer.giving import ANA, give, new_pool
from tests.profile.histories import STAGES, append, call, take
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db
ALL = (*STAGES, Stage("offers", offer.note_redemptions))


@pytest.fixture
def pool(store):
    set_limits(
        store,
        day_budget_minor=None,
        most_per_customer=None,
        approval_above_minor=None,
        may_stack=True,
        actor=ANA,
    )
    return new_pool(store, codes=4)


def ordered(store, order, hour, name="Order Completed", **properties):
    told = {"order_id": order, "total": 40, **properties}
    return call(store, hour=hour, user="u-1", name=name, properties=told)


def kept():
    rows = OfferRedemption.objects.order_by("offer", "order_external_id")
    return list(
        rows.values_list("offer__code__code", "order_external_id", "discount_minor", "identity__value")
    )


def test_codes_are_found_as_shops_write_them(store, pool):
    for _each in range(3):
        give(pool, new_customer(store))
    events = [
        ordered(store, "A", 1, coupon=" TEN-0 ", discount=10),
        ordered(store, "B", 2, discount_codes=[{"code": "ten-1", "amount": "7.50"}, {"code": "other"}]),
        ordered(store, "C", 3, products=[{"product_id": "p", "coupon": "ten-2"}, "odd"], coupon=7),
        ordered(store, "D", 4, coupon="ten-3"),  # which nobody was given
        ordered(store, "E", 5, name="Order Cancelled", coupon="ten-0"),
        call(store, hour=6, user="u-1", name="Order Completed", properties={"coupon": "ten-0"}),
    ]
    take(store, append(events), stages=ALL)
    assert kept() == [("ten-0", "A", 1000, "u-1"), ("ten-1", "B", 750, "u-1"), ("ten-2", "C", None, "u-1")]
    assert not OfferCode.objects.filter(is_taken=False).exists()
    assert [fact["order_id"] for fact in facts("OfferRedeemed")] == ["A", "B", "C"]


def test_late_and_repeated_events_give_the_same(store, pool):
    give(pool, new_customer(store))
    events = append(
        [
            ordered(store, order, hour, coupon="ten-0", discount=hour)
            for order, hour in (("A", 1), ("A", 2), ("B", 3))
        ]
    )
    for seed in range(4):
        OfferRedemption.objects.all().delete()
        shuffled = random.Random(seed).sample([*events, *events], 6)
        for start in range(0, 6, seed + 1):
            take(store, shuffled[start : start + seed + 1], stages=ALL)
        assert kept() == [("ten-0", "A", 100, "u-1"), ("ten-0", "B", 300, "u-1")]
    assert sorted(fact["order_id"] for fact in facts("OfferRedeemed")) == ["A", "B"]


def test_orders_without_codes_cost_no_query(store, pool, django_assert_num_queries):
    batch = take(store, append([ordered(store, "A", 1)]))
    with django_assert_num_queries(0):
        offer.note_redemptions(batch)


def test_a_persons_offers_are_given_out_and_formed_anew(store, pool):
    customer = new_customer(store, "u-1")
    give(pool, customer)
    events = append([ordered(store, "ann@example.com", 1, coupon="ten-0")])
    take(store, events, stages=ALL)
    holder = data_holders.get("offers")
    held = holder.export(store, customer.pk)
    assert (held["offers"][0]["code__code"], len(held["redeemed_offers"])) == ("ten-0", 1)
    holder.clear(store, [OfferRedemption.objects.get().identity_id])
    assert kept() == []
    take(store, events, stages=ALL)
    assert holder.erase(store, customer.pk) == 1
    assert "ann" not in kept()[0][1]
