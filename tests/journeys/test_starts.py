"""Journeys that start by segments, days and scores; what would have come of them, and why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regard.act.facts import EmailClicked, EmailReplied
from regard.capture.domain.record import record
from regard.core import clock
from regard.journey.domain.dates import enter_by_date
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.explaining import explain_journeys
from regard.journey.domain.history import reach_of
from regard.journey.domain.personal_data import erase_ways, export_ways
from regard.journey.domain.programs import running_journeys
from regard.journey.domain.segment_starts import enter_by_segment
from regard.journey.domain.simulating import simulate_journey
from regard.journey.models import Enrolment
from regard.score.facts import HealthChanged
from tests.journeys.shop import states

pytestmark = pytest.mark.django_db

LOYAL = """
journey: loyal
name: Loyal
holdout: 0
again: always
start: {segment: 'orders >= 2'}
steps: [{wait: 1 day}]
"""


def buy(shop, user, number):
    shop.happens(user, "Order Completed", order_id=f"{user}-{number}", total=10, currency="EUR")


def test_who_comes_into_a_segment_enters_and_who_was_there_does_not(shop):
    for number in range(2):
        buy(shop, "old", number)
    journey = shop.journey(LOYAL)

    buy(shop, "old", 2)
    buy(shop, "new", 0)
    assert states(journey) == []
    buy(shop, "new", 1)
    buy(shop, "new", 2)

    assert [state for state, *_ in states(journey)] == ["active"]


def test_who_leaves_a_segment_by_time_alone_enters_within_the_hour(shop):
    journey = shop.journey(LOYAL.replace("'orders >= 2'}", "'last_order_days < 30', when: leaves}"))
    buy(shop, "ada", 0)
    shop.later(days=29)
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)
    assert states(journey) == []

    shop.later(days=1)
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)
    enter_by_segment(shop.store, running_journeys(shop.store.pk), None)

    assert [state for state, *_ in states(journey)] == ["active"]


def test_the_move_of_a_score_starts_a_journey(shop):
    moves = "{score: health, into: [at_risk, critical], before: [healthy]}"
    journey = shop.journey(LOYAL.replace("{segment: 'orders >= 2'}", moves))
    shop.identify("ada", name="Ada")

    for before, band in (("thriving", "at_risk"), ("healthy", "thriving"), ("healthy", "critical")):
        told = {"value": 50.0, "previous_value": 70.0, "coverage": 90, "customer_id": shop.customer("ada").pk}
        fact = HealthChanged(band=f"health:{band}", previous_band=f"health:{before}", **told)
        record(fact, store_id=shop.store.pk)
        shop.settle()

    assert len(states(journey)) == 1
    assert Enrolment.objects.get().values["event"]["band"] == "health:critical"


BIRTHDAY = """
journey: birthday
name: Birthday
holdout: 0
again: always
start: {day: attr.birthday, yearly: true, offset: -3}
steps: [{wait: 1 day}]
"""


def test_a_birthday_comes_every_year_once_also_when_nobody_looked_for_days(shop):
    for user, day in {
        "ada": "1990-11-04",
        "bob": "1990-11-05",
        "cem": "no day",
        "leap": "1992-02-29",
    }.items():
        shop.identify(user, birthday=day)
    journey = shop.journey(BIRTHDAY)

    enter_by_date(shop.store)
    enter_by_date(shop.store)
    assert len(states(journey)) == 1
    shop.later(days=3)
    enter_by_date(shop.store)
    assert len(states(journey)) == 2
    with clock.set_to(datetime(2027, 2, 25, 12, tzinfo=UTC)):
        enter_by_date(shop.store)
    shop.later(days=200)
    with clock.set_to(datetime(2027, 11, 1, 7, tzinfo=UTC)):
        enter_by_date(shop.store)
        assert len(states(journey)) == 3
    with clock.set_to(datetime(2027, 11, 1, 8, tzinfo=UTC)):
        enter_by_date(shop.store)
    who = Enrolment.objects.order_by("id").values_list("identity__value", flat=True)
    assert list(who) == ["ada", "bob", "leap", "ada"]


def test_days_after_the_last_order_count_from_its_day(shop):
    buy(shop, "ada", 0)
    journey = shop.journey(
        BIRTHDAY.replace("{day: attr.birthday, yearly: true, offset: -3}", "{day: last_order, offset: 90}")
    )

    for days in (89, 1, 1):
        shop.later(days=days)
        enter_by_date(shop.store)

    assert len(states(journey)) == 1


CART = """
journey: cart
name: Cart
holdout: 0
start: {event: Cart Viewed, where: event.total >= 20}
who: 'orders >= 1'
steps:
  - wait: 1 hour
  - wait_for: {event: Order Completed}
    most: 2 days
    then: [{leave: Bought}]
  - do: tag
    with: {tag: reminded}
"""


def test_who_would_have_entered_is_asked_of_the_log_before_it_is_on(shop):
    buy(shop, "ada", 0)
    for user, total in (("ada", 30), ("ada", 30), ("ada", 10), ("bob", 50)):
        shop.happens(user, "Cart Viewed", total=total)
        shop.later(days=1)
    shop.later(days=14)
    shop.happens("ada", "Cart Viewed", total=20)

    reach = reach_of(shop.store, read_yaml(CART))

    assert (reach.entered, reach.customers, reach.is_cut) == (2, 1, False)
    assert reach.by_day == {"2026-11-01": 1, "2026-11-19": 1}
    assert {outcome.value: count for outcome, count in reach.outcomes.items()} == {
        "entered": 2, "too_soon": 1, "condition": 1, "not_among": 1,
    }  # fmt: skip
    assert Enrolment.objects.count() == 0


def test_a_dry_run_says_what_would_happen_and_does_nothing(shop):
    buy(shop, "ada", 0)
    customer = shop.customer("ada")

    run = simulate_journey(shop.store, read_yaml(CART), customer.pk, told={"total": 5})

    assert (run.enters, [step.step for step in run.steps]) == (False, ["s1", "s2", "s4"])
    assert [f"{step.at:%d %H}" for step in run.steps] == ["01 13", "01 13", "03 13"]
    came = simulate_journey(shop.store, read_yaml(CART), customer.pk, told={"total": 50}, came=["s2"])
    assert (came.enters, [step.said for step in came.steps][-1]) == (True, "Bought")
    assert Enrolment.objects.count() == 0


def test_why_somebody_is_or_is_not_inside_is_told(shop, other_store):
    shop.journey(CART)
    shop.happens("ada", "Cart Viewed", total=30)
    (told,) = explain_journeys(shop.store, shop.customer("ada").pk)
    assert told.verdict == "Did not enter: Is not among those for whom the journey is."

    buy(shop, "ada", 0)
    shop.happens("ada", "Cart Viewed", total=30)
    shop.later(hours=1)
    buy(shop, "ada", 1)
    (told,) = explain_journeys(shop.store, shop.customer("ada").pk)
    assert told.verdict == "Left: Bought"
    assert [line.said for line in told.lines] == ["s2: It came.", "s3: Bought"]
    assert explain_journeys(other_store, shop.customer("ada").pk) == []


def test_ways_are_given_out_and_erased(shop):
    shop.journey(CART)
    buy(shop, "ada", 0)
    shop.happens("ada", "Cart Viewed", total=30, note="for my sister")
    customer = shop.customer("ada")
    (way,) = export_ways(shop.store, customer.pk)["ways"]
    assert way["values"]["event"]["note"] == "for my sister"

    erase_ways(shop.store, customer.pk)

    (way,) = export_ways(shop.store, customer.pk)["ways"]
    assert (way["state"], way["values"], way["instance"]) == ("removed", {}, "")
    shop.later(days=3)
    assert Enrolment.objects.get().state == "removed"


def test_a_journey_waits_for_an_answer_to_its_own_message(shop):
    journey = shop.journey("""
journey: asked
name: Asked
holdout: 0
start: {event: Signed Up}
steps:
  - wait_for: {event: EmailReplied, where: 'event.intent = "journey:asked"'}
    most: 3 days
    then: [{leave: Answered}]
""")
    for user in ("ada", "bob"):
        shop.happens(user, "Signed Up")
    for user, intent in (("ada", "journey:asked"), ("bob", "journey:other")):
        identity = Enrolment.objects.get(identity__value=user).identity_id
        told = {"reply_id": identity, "send_id": 1, "instance": "1", "intent": intent}
        record(EmailReplied(identity_id=identity, **told), store_id=shop.store.pk)
    shop.settle()

    assert [state for state, *_ in states(journey)] == ["exited", "active"]


def test_what_comes_back_of_a_message_concerns_whom_it_was_for(shop):
    journey = shop.journey("""
journey: clicked
name: Clicked
holdout: 0
start: {event: Signed Up}
steps:
  - wait_for: {event: EmailClicked, where: 'event.intent = "journey:clicked" and event.by_machine = false'}
    most: 3 days
    then: [{leave: Clicked}]
""")
    for user in ("ada", "bob"):
        shop.happens(user, "Signed Up")
    told = {"send_id": 1, "instance": "1", "url": "https://example.com", "by_machine": False}
    for user, intent in (("ada", "journey:clicked"), ("bob", "journey:other")):
        identity = Enrolment.objects.get(identity__value=user).identity_id
        record(EmailClicked(identity_id=identity, intent=intent, **told), store_id=shop.store.pk)
    shop.settle()

    assert [state for state, *_ in states(journey)] == ["exited", "active"]
