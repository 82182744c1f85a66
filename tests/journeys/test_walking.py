"""Customers going through journeys: who enters, what happens on the way, and that nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from regard.capture.models import Event
from regard.core.domain.written.reading import DefinitionInvalid
from regard.journey.domain.explaining import explain_journeys
from regard.journey.domain.handling import broadcast, move_to_current, put_in, take_out
from regard.journey.domain.journeys import pause_journey, switch_off, switch_on
from regard.journey.domain.personal_data import erase_ways
from regard.journey.domain.queries import overviews, totals_of_journeys
from regard.journey.domain.running import run_due
from regard.journey.models import Check, Enrolment
from regard.profile.domain.merging import merge_customers
from regard.profile.domain.tags import tags_of_customers
from tests.journeys.shop import Shop, said, states

pytestmark = pytest.mark.django_db

WELCOME = """
journey: welcome
name: Welcome
holdout: 0
start: {event: Signed Up}
steps:
  - do: tag
    with: {tag: new}
  - wait: 2 days
  - do: untag
    with: {tag: new}
"""


def tags(shop: Shop, user: str) -> list[str]:
    customer = shop.customer(user)
    return tags_of_customers(shop.store, [customer.pk]).get(customer.pk, [])


def test_a_customer_who_does_what_starts_it_takes_the_steps_and_waits_between(shop):
    journey = shop.journey(WELCOME)

    shop.happens("ada", "Signed Up")

    assert (tags(shop, "ada"), states(journey)) == (["new"], [("active", "s2", "")])
    shop.later(days=1, hours=23)
    assert tags(shop, "ada") == ["new"]
    shop.later(hours=1)
    assert (tags(shop, "ada"), states(journey)) == ([], [("done", "s3", "")])
    facts = Event.objects.filter(store=shop.store, name__startswith="Journey").order_by("id")
    assert [(fact.name, fact.user_id) for fact in facts] == [
        ("JourneyEntered", "ada"),
        ("JourneyEnded", "ada"),
    ]


def test_what_was_imported_or_is_old_starts_nothing(shop):
    journey = shop.journey(WELCOME)

    shop.tell("ada", "Signed Up", history=True)
    shop.settle()
    shop.tell("bob", "Signed Up", at=shop.now() - timedelta(days=3))
    shop.settle()

    assert states(journey) == []


def test_nobody_enters_again_while_inside_or_within_the_cooldown(shop):
    journey = shop.journey(WELCOME)
    shop.happens("ada", "Signed Up")

    shop.happens("ada", "Signed Up")
    inside = Check.objects.get().outcome
    shop.later(days=3)
    shop.happens("ada", "Signed Up")
    soon = Check.objects.get().outcome
    shop.later(days=12)
    shop.happens("ada", "Signed Up")

    assert (inside, soon) == ("inside", "too_soon")
    assert states(journey) == [("done", "s3", ""), ("active", "s2", "")]


def test_conditions_ask_the_event_the_customer_and_their_scores(shop):
    journey = shop.journey("""
journey: large
name: Large first orders
holdout: 0
start: {event: Order Completed, where: 'event.total >= 100 and event.currency = "EUR" and orders = 1'}
who: 'name is known'
steps: [{do: tag, with: {tag: large}}]
""")
    shop.identify("ada", name="Ada")

    shop.happens("ada", "Order Completed", order_id="A1", total=99.5, currency="EUR")
    shop.happens("bob", "Order Completed", order_id="B1", total=150, currency="EUR")
    assert Check.objects.get().outcome == "not_among"
    (told,) = explain_journeys(shop.store, shop.customer("ada").pk)
    assert told.verdict == "Did not enter: What happened does not meet the condition."
    shop.identify("cem", name="Cem")
    shop.happens("cem", "Order Completed", order_id="C1", total=150, currency="EUR")

    assert [tags(shop, user) for user in ("ada", "bob", "cem")] == [[], [], ["large"]]
    assert len(states(journey)) == 1


DELIVERY = """
journey: delivery
name: After delivery
holdout: 0
start: {event: Order Completed}
instance: order
steps:
  - wait_for: {event: Order Delivered, same: true}
    most: 10 days
    then: [{do: tag, with: {tag: delivered}}]
    else: [{do: tag, with: {tag: late}}]
"""


def test_one_person_is_inside_for_two_orders_and_each_waits_for_its_own_delivery(shop):
    journey = shop.journey(DELIVERY)
    shop.happens("ada", "Order Completed", order_id="A1", total=10)
    shop.happens("ada", "Order Completed", order_id="A2", total=10)

    shop.happens("ada", "Order Delivered", order_id="A2")

    assert states(journey) == [("active", "s1", "A1"), ("done", "s2", "A2")]
    shop.later(days=10)
    assert states(journey) == [("done", "s3", "A1"), ("done", "s2", "A2")]
    assert tags(shop, "ada") == ["delivered", "late"]


def test_what_came_before_the_step_was_reached_is_not_waited_for(shop):
    journey = shop.journey(DELIVERY.replace("steps:\n", "steps:\n  - wait: 1 day\n"))
    shop.happens("ada", "Order Completed", order_id="A1", total=10)
    shop.happens("ada", "Order Delivered", order_id="A1")

    shop.later(days=1)

    assert (states(journey)[0][0], tags(shop, "ada")) == ("done", ["delivered"])


def test_an_order_without_a_number_starts_nothing_that_is_about_one_but_a_cart_needs_none(shop):
    shop.journey(DELIVERY)
    carts = shop.journey(
        WELCOME.replace("holdout: 0", "holdout: 0\ninstance: cart").replace("welcome", "cart")
    )

    shop.happens("ada", "Order Completed", total=10)
    shop.happens("ada", "Signed Up")

    assert Check.objects.get(journey__key="delivery").outcome == "no_thing"
    assert states(carts) == [("active", "s2", "")]


def test_a_goal_ends_the_journey_wherever_somebody_is(shop):
    journey = shop.journey("""
journey: cart
name: Cart
holdout: 0
start: {event: Cart Viewed}
exits: [{event: Order Completed, where: event.total > 5, goal: true}]
steps: [{wait: 1 hour}, {do: tag, with: {tag: reminded}}, {wait: 1 day}]
""")
    shop.happens("ada", "Cart Viewed")
    shop.happens("ada", "Order Completed", order_id="A1", total=5)
    shop.later(hours=1)
    shop.happens("ada", "Order Completed", order_id="A2", total=6)

    assert (states(journey), tags(shop, "ada")) == ([("goal", "s3", "")], ["reminded"])
    (overview,) = overviews([journey])
    assert (overview.entered, overview.inside, overview.goal) == (1, 0, 1)


def test_ways_part_by_condition_and_by_chance(shop):
    journey = shop.journey("""
journey: parts
name: Parts
holdout: 0
start: {event: Signed Up}
steps:
  - if: 'event.plan = "gold"'
    then: [{do: tag, with: {tag: gold}}]
    else: [{leave: Only gold goes on}]
  - split:
    - {share: 30, name: A, steps: [{do: tag, with: {tag: a}}]}
    - {share: 70, name: B, steps: [{do: tag, with: {tag: b}}]}
""")
    for number in range(40):
        shop.tell(f"user-{number}", "Signed Up", plan="gold" if number else "silver")
    shop.settle()

    drawn = [tags(shop, f"user-{number}") for number in range(40)]
    assert drawn[0] == []
    assert all(tag in (["a", "gold"], ["b", "gold"]) for tag in drawn[1:])
    assert 0 < drawn.count(["a", "gold"]) < 25
    assert said(journey).count("Only gold goes on") == 1


def test_a_condition_may_ask_what_steps_before_gave(shop):
    journey = shop.journey("""
journey: given
name: Given
holdout: 0
start: {event: Signed Up}
steps:
  - do: task
    with: {title: Call them}
  - if: 'event.given.task.task_id > 0 and not event.given.offer.value is known'
    then: [{do: tag, with: {tag: called}}]
""")

    shop.happens("ada", "Signed Up")

    assert (tags(shop, "ada"), states(journey)) == (["called"], [("done", "s3", "")])


def test_a_share_is_held_out_always_the_same_and_gets_nothing(shop):
    journey = shop.journey(WELCOME.replace("holdout: 0", "holdout: 50"))
    for number in range(40):
        shop.tell(f"user-{number}", "Signed Up")
    shop.settle()

    held_out = Enrolment.objects.filter(journey=journey, state="held_out")
    assert 8 <= held_out.count() <= 32
    customers = set(held_out.values_list("identity__customer_id", flat=True))
    assert all(not tags_of_customers(shop.store, [customer]) for customer in customers)
    shop.later(days=20)
    for number in range(40):
        shop.tell(f"user-{number}", "Signed Up")
    shop.settle()
    assert set(held_out.values_list("identity__customer_id", flat=True)) == customers

    for holdout, who_are_out in ((90, customers), (0, set())):
        shop.journey(WELCOME.replace("holdout: 0", f"holdout: {holdout}"))
        shop.later(days=20)
        before = list(held_out.values_list("pk", flat=True))
        for number in range(40):
            shop.tell(f"user-{number}", "Signed Up")
        shop.settle()
        new = held_out.exclude(pk__in=before)
        assert set(new.values_list("identity__customer_id", flat=True)) == who_are_out


def test_who_is_put_together_of_two_stays_as_the_first_was_drawn(shop):
    journey = shop.journey(WELCOME.replace("holdout: 0", "holdout: 50"))
    for number in range(20):
        shop.identify(f"user-{number}")
    for number in reversed(range(20)):  # so that the older, as whom they are known later, was drawn last
        shop.happens(f"user-{number}", "Signed Up")
    drawn = {
        row.identity.value: row.state
        for row in Enrolment.objects.filter(journey=journey).select_related("identity")
    }
    out = [user for user, state in drawn.items() if state == "held_out"]
    treated = [user for user in drawn if user not in out]
    pairs = [*zip(out, treated, strict=False)][:4]
    assert len(pairs) == 4  # in each of which either the one or the other was drawn first, and either remains
    shop.later(days=20)

    for pair in pairs:
        first, second = (shop.customer(user).pk for user in pair)
        merge_customers(store=shop.store, first=first, second=second, force=True, actor="tests")
        shop.happens(pair[1], "Signed Up")

    for pair in pairs:
        rows = Enrolment.objects.filter(journey=journey, identity__customer=shop.customer(pair[0]))
        first, *_between, last = rows.order_by("entered_at", "id").values_list("state", flat=True)
        assert (last == "held_out") == (first == "held_out")


def test_a_new_version_leaves_those_inside_on_theirs_until_they_are_moved(shop):
    journey = shop.journey(WELCOME)
    shop.happens("ada", "Signed Up")
    later = WELCOME.replace("tag: new}\n  - wait", "tag: new}\n    id: s1\n  - wait").replace(
        "2 days", "9 days"
    )

    changed = shop.journey(later, on=False)
    shop.happens("bob", "Signed Up")

    versions = (
        Enrolment.objects.filter(journey=journey).order_by("id").values_list("version__number", flat=True)
    )
    assert list(versions) == [1, 2]
    assert move_to_current(changed, actor="tests") == (1, 0)
    shop.later(days=2)
    assert [state for state, *_ in states(journey)] == ["active", "active"]
    shop.later(days=7)
    assert [state for state, *_ in states(journey)] == ["done", "done"]


def test_paused_nobody_moves_and_off_nobody_enters(shop):
    journey = shop.journey(WELCOME)
    shop.happens("ada", "Signed Up")

    pause_journey(journey, actor="tests")
    shop.happens("bob", "Signed Up")
    shop.later(days=3)
    assert states(journey) == [("active", "s2", "")]
    switch_on(journey, actor="tests")
    shop.settle()
    assert states(journey) == [("done", "s3", "")]
    shop.happens("cem", "Signed Up")
    switch_off(journey, actor="tests")
    shop.happens("dan", "Signed Up")
    shop.later(days=3)
    assert [state for state, *_ in states(journey)] == ["done", "done"]
    with pytest.raises(ValidationError, match="Off"):
        pause_journey(journey, actor="tests")


def test_people_put_in_and_take_out_and_write_to_a_segment_once(shop):
    journey = shop.journey(WELCOME.replace("{event: Signed Up}", "{by_hand: true}"))
    for user in ("ada", "bob"):
        shop.identify(user, name=user)
    shop.identify("cem", city="x")

    put_in(journey, [shop.customer("ada").pk], actor="tests")
    assert broadcast(journey, "name is known", actor="tests").entered == 1
    shop.settle()
    ada = Enrolment.objects.get(identity__customer=shop.customer("ada"))
    assert take_out(shop.store, [ada.pk], actor="tests") == 1

    shop.later(days=2)
    assert [state for state, *_ in states(journey)] == ["removed", "done"]
    assert tags(shop, "ada") == ["new"]


def test_a_step_that_fails_for_one_is_tried_again_and_holds_up_nobody(shop, monkeypatch):
    journey = shop.journey(WELCOME)
    from regard.journey.domain import walking
    from regard.journey.domain.definition.parts import Do

    whole = walking.TAKING[Do]

    def failing(scene, step, standings):
        if any(one.customer_id == ada.pk for one in standings):
            raise RuntimeError("no room")
        return whole(scene, step, standings)

    shop.identify("ada", name="Ada")
    ada = shop.customer("ada")
    monkeypatch.setitem(walking.TAKING, Do, failing)
    for user in ("ada", "bob"):
        shop.tell(user, "Signed Up")
    shop.settle()

    assert sorted(states(journey)) == [("active", "s1", ""), ("active", "s2", "")]
    assert tags(shop, "bob") == ["new"]
    monkeypatch.setitem(walking.TAKING, Do, whole)
    shop.later(minutes=1)
    assert tags(shop, "ada") == ["new"]
    monkeypatch.setitem(walking.TAKING, Do, failing)
    shop.later(days=2)
    for _try in range(5):
        shop.later(hours=6)
    assert sorted(state for state, *_ in states(journey)) == ["done", "failed"]


def test_nothing_is_done_twice_when_a_chunk_is_broken_off(shop):
    journey = shop.journey(WELCOME)
    shop.tell("ada", "Signed Up")
    shop.read_log()

    try:
        with transaction.atomic():
            run_due()
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert states(journey) == [("active", "s1", "")]
    shop.settle()
    assert (states(journey), said(journey)) == ([("active", "s2", "")], ["The tag “new” was changed."])


def test_a_journey_with_problems_is_not_switched_on_and_says_all_of_them(shop):
    with pytest.raises(DefinitionInvalid) as refused:
        shop.journey("""
journey: broken
name: Broken
topic: gossip
start: {event: Signed Up, where: 'event.total >'}
who: 'colour = "red"'
steps:
  - do: tga
  - do: tag
  - if: 'ordres > 1'
""")

    told = "\n".join(map(str, refused.value.problems))
    assert "There is no topic “gossip”; there are: news, offers, tips." in told
    assert "start.where" in told
    assert "There is no field “colour”" in told
    assert "There is no action tga" in told
    assert "tag needs tag" in told
    assert "orders" in told


def test_counts_of_steps_are_those_of_people(shop):
    journey = shop.journey(WELCOME)
    for user in ("ada", "bob", "cem"):
        shop.happens(user, "Signed Up")
    ada = Enrolment.objects.get(identity__value="ada")
    take_out(shop.store, [ada.pk], actor="tests")
    erase_ways(shop.store, shop.customer("bob").pk)

    totals = totals_of_journeys([journey])[journey.pk]
    assert (totals["s1"], totals["s2"]) == ({"came": 3, "sent": 3}, {"came": 3, "waiting": 1, "ended": 2})
    shop.later(days=2)
    totals = totals_of_journeys([journey])[journey.pk]
    assert totals["s2"] == {"came": 3, "waiting": 0, "ended": 2}
    assert totals["s3"] == {"came": 1, "sent": 1, "ended": 1}


def test_events_that_are_read_together_or_late_are_waited_for_in_the_order_in_which_they_happened(shop):
    journey = shop.journey(DELIVERY)
    ago = [shop.now() - timedelta(hours=hours) for hours in (5, 4, 3)]
    shop.tell("ada", "Order Delivered", at=ago[0], order_id="A1")
    shop.tell("ada", "Order Completed", at=ago[1], order_id="A1", total=10)
    shop.settle()
    shop.tell("bob", "Order Delivered", at=ago[2], order_id="B1")
    shop.tell("bob", "Order Completed", at=ago[1], order_id="B1", total=10)
    shop.settle()

    assert [state for state, *_ in states(journey)] == ["active", "done"]
