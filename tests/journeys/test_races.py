"""Journeys beside what else happens: something breaks off in between, people become one, versions grow old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.core import clock
from regard.journey.domain import journeys, running, segment_starts
from regard.journey.domain.dates import enter_by_date
from regard.journey.domain.programs import running_journeys
from regard.journey.domain.queries import totals_of_journeys
from regard.journey.domain.segment_starts import enter_by_segment
from regard.journey.models import Enrolment, Journey, JourneyVersion, SegmentMember, Signal
from regard.profile.domain.merging import merge_customers
from tests.journeys.shop import said, states
from tests.journeys.test_starts import BIRTHDAY, buy
from tests.journeys.test_walking import WELCOME, tags

pytestmark = pytest.mark.django_db
SEGMENT = """
journey: buyers
name: Buyers
holdout: 0
start: {segment: 'orders >= 1'}
steps: [{wait: 1 day}]
"""
CART = """
journey: cart
name: Cart
holdout: 0
start: {event: Cart Viewed}
exits: [{event: Order Completed, goal: true}]
steps: [{do: tag, with: {tag: reminded}}]
"""


class Broken(Exception):
    pass


def breaks(*_values, **_named):
    raise Broken


def test_a_journey_is_on_only_with_those_who_were_in_its_segment_kept(shop, monkeypatch):
    buy(shop, "ada", 1)
    journey = shop.journey(SEGMENT, on=False)
    monkeypatch.setattr(journeys, "keep_members", breaks)

    with pytest.raises(Broken):
        journeys.switch_on(journey, actor="tests")
    assert Journey.objects.get().state == "draft"
    monkeypatch.undo()
    journeys.switch_on(Journey.objects.get(), actor="tests")
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)

    assert states(journey) == []


def test_another_segment_of_a_journey_that_is_on_lets_nobody_in_who_is_there_already(shop):
    buy(shop, "ada", 1)
    journey = shop.journey(SEGMENT.replace("orders >= 1", "orders >= 2"))

    shop.journey(SEGMENT, on=False)
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)

    assert states(journey) == []


def test_who_has_moved_is_noted_and_let_in_together_or_not_at_all(shop, monkeypatch):
    journey = shop.journey(SEGMENT)
    journeys.pause_journey(journey, actor="tests")
    buy(shop, "ada", 1)
    journeys.switch_on(journey, actor="tests")
    monkeypatch.setattr(segment_starts, "enter_journey", breaks)

    with pytest.raises(Broken):
        enter_by_segment(shop.store, running_journeys(shop.store.pk), None)
    assert SegmentMember.objects.count() == 0
    monkeypatch.undo()
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)

    assert [state for state, *_ in states(journey)] == ["active"]


def test_an_order_that_is_read_with_the_cart_ends_the_journey_before_its_first_step(shop):
    journey = shop.journey(CART)
    shop.tell("ada", "Cart Viewed")
    shop.tell("ada", "Order Completed", order_id="A1", total=1)
    shop.tell("bob", "Order Completed", order_id="B1", total=1)
    shop.tell("bob", "Cart Viewed")
    shop.settle()

    assert [state for state, *_ in states(journey)] == ["goal", "done"]
    assert (tags(shop, "ada"), tags(shop, "bob")) == ([], ["reminded"])


def test_two_customers_who_become_one_go_on_once(shop):
    journey = shop.journey(WELCOME)
    shop.happens("ada", "Signed Up")
    shop.happens("ann", "Signed Up")

    ada, ann = shop.customer("ada"), shop.customer("ann")
    merge_customers(store=shop.store, first=ada.pk, second=ann.pk, force=True, actor="tests")
    shop.later(days=2)

    assert [state for state, *_ in states(journey)] == ["done", "removed"]
    assert "Was inside twice, since two customers became one." in said(journey)


def test_a_version_that_cannot_be_read_any_more_holds_up_nobody_else(shop):
    old, journey = shop.journey(WELCOME), shop.journey(WELCOME.replace("welcome", "other"))
    shop.happens("ada", "Signed Up")
    JourneyVersion.objects.filter(journey=old).update(definition={"journey": "welcome", "gone": 1})

    shop.happens("bob", "Signed Up")
    shop.later(days=2)

    assert [state for state, *_ in states(old)] == ["failed"]
    assert [state for state, *_ in states(journey)] == ["done", "done"]
    assert totals_of_journeys([old])[old.pk]["s2"] == {"came": 1, "waiting": 0, "ended": 1}


def test_a_signal_that_cannot_be_answered_is_dropped_alone(shop, monkeypatch):
    journey = shop.journey(CART.replace("[{do: tag, with: {tag: reminded}}]", "[{wait: 1 day}]"))
    for user in ("ada", "bob", "cem"):
        shop.happens(user, "Cart Viewed")
    bob = Enrolment.objects.get(identity__value="bob")
    whole = running._answer

    def answer(store, version, heard):
        if any(standing.enrolment.pk == bob.pk for standing, _signal in heard):
            raise Broken
        return whole(store, version, heard)

    monkeypatch.setattr(running, "_answer", answer)
    for user in ("ada", "bob", "cem"):
        shop.tell(user, "Order Completed", order_id=user, total=1)
    shop.settle()

    assert Signal.objects.count() == 0
    assert [state for state, *_ in states(journey)] == ["goal", "active", "goal"]


def test_days_that_came_while_a_journey_was_off_are_not_made_up_for(shop):
    shop.identify("ada", birthday="1990-11-06")
    journey = shop.journey(BIRTHDAY.replace(", offset: -3", ""))
    enter_by_date(shop.store)
    journeys.switch_off(journey, actor="tests")
    with clock.set_to(shop.now() + timedelta(days=8)):
        journeys.switch_on(journey, actor="tests")
        enter_by_date(shop.store)
    assert states(journey) == []
    with clock.set_to(shop.now() + timedelta(days=365 + 5)):
        enter_by_date(shop.store)
    assert len(states(journey)) == 1
