"""What is read about customers, and the inputs made of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, append_events, key_of
from regard.capture.models import Event
from regard.core.models import AuditEntry
from regard.profile.models import Order, Shipment
from regard.score.domain.computing import compute
from regard.score.domain.health import health_of, known_values
from regard.score.domain.inputs import frequency_score, value_trend_score
from regard.score.domain.known_facts import Kind, _statement, read_facts
from regard.score.domain.refresh import health_as_of
from regard.score.domain.rhythm import (
    ExpectedGap,
    change_default_gap,
    expected_gap,
    measure_rhythm,
    past_rhythm,
    rhythm_of,
)
from regard.score.domain.views import View
from regard.score.domain.weights import PRESENT
from tests.query_plans import plan_of
from tests.score.people import (
    NOW,
    days_ago,
    new_answer,
    new_customer,
    new_identity,
    new_order,
    new_review,
)

pytestmark = pytest.mark.django_db


def inputs(customer, *, as_of=NOW):
    """The inputs that are known, by name."""
    gap = expected_gap(measure_rhythm(customer.store, as_of=as_of))
    found = computed(customer.store, [customer.pk], as_of, gap)
    if not len(found.customers):
        return {}
    values = zip(PRESENT.inputs, known_values(found.scores["health"].inputs[0]), strict=True)
    return {name: value for name, value in values if value is not None}


SEEN_EMPTY = """
    UPDATE pg_class SET reltuples = 0, relpages = 900
    WHERE relname IN ('profile_identity', 'profile_order', 'profile_shipment', 'listen_review', 'listen_response')
"""


@pytest.mark.parametrize("past", [False, True])
def test_facts_of_few_are_fetched_by_whose_they_are_whatever_statistics_say(store, past):
    """As a vacuum leaves them that comes while the first batch is being written."""
    values = {"store": store.pk, "home": "EUR", "zone": "UTC", "as_of": NOW, "void": [], "erased": "erased:"}
    with connection.cursor() as cursor:
        cursor.execute(f"{SEEN_EMPTY}; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        statement = _statement(few=True, ranged=False, past=past)
    plan = plan_of(statement, values | {"topics": [], "customers": [1, 2]})

    assert {"orders_by_identity", "shipments_by_order"} <= set(re.findall(r"using (\w+)", plan)), plan
    assert "orders_by_time" not in plan


DEFAULT_GAP = ExpectedGap(90, "default")


def computed(store, ids, as_of=NOW, gap=DEFAULT_GAP):
    return compute(View(store, as_of, gap), np.array(sorted(ids)))


def test_nobody_knows_anything_about_a_new_customer(store):
    assert inputs(new_customer(store)) == {}


def test_ratings_are_put_on_one_scale_and_newer_ones_count_more(store):
    customer = new_customer(store)
    new_review(customer, days_ago(90), 1)
    new_review(customer, days_ago(0), 5)

    assert inputs(customer)["product_satisfaction"] == pytest.approx(100 * 1 / 1.5)


def test_ratings_from_antiquity_do_not_underflow(store):
    customer = new_customer(store)
    new_review(customer, datetime(1, 1, 2, tzinfo=UTC), 4)

    assert inputs(customer) == {"product_satisfaction": 75.0}


@pytest.mark.parametrize(
    ("first", "second", "score"), [(2, 4, 100.0), (5, 5, 100.0), (3, 3, 50.0), (1, 1, 0.0), (5, 4, 0.0)]
)
def test_direction_compares_the_last_two_ratings(store, first, second, score):
    customer = new_customer(store)
    new_review(customer, days_ago(50), 5)
    new_review(customer, days_ago(5), second)
    new_review(customer, days_ago(20), first)

    assert inputs(customer)["satisfaction_direction"] == score


@pytest.mark.parametrize(("stars", "moves"), [(1, "down"), (5, "not down")])
def test_the_same_again_speaks_no_less_clearly(store, stars, moves):
    """A second review with one star is no comfort, nor a second one with five a loss."""
    customer = new_customer(store)
    new_answer(customer, days_ago(50), 40, measure="nps", topic="relationship")
    new_review(customer, days_ago(40), stars)
    once = health_of(inputs(customer)).value

    new_review(customer, days_ago(5), stars)

    again = health_of(inputs(customer)).value
    assert again < once if moves == "down" else again >= once


def test_only_answers_about_the_same_have_a_direction(store):
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 100, measure="csat", topic="delivery")
    new_answer(customer, days_ago(5), 0, measure="csat", topic="purchase")
    new_answer(customer, days_ago(4), 0, measure="nps", topic="purchase")
    assert "satisfaction_direction" not in inputs(customer)

    new_answer(customer, days_ago(3), 100, measure="csat", topic="purchase")
    assert inputs(customer)["satisfaction_direction"] == 100.0


@pytest.mark.parametrize(("cancelled", "counts"), [(10, 0), (60, 1)])
def test_an_imported_cancellation_counts_from_when_it_happened(store, cancelled, counts):
    customer = new_customer(store)
    order = new_order(customer, days_ago(100))
    Order.objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=days_ago(cancelled))

    facts = read_facts(store=store, asked=np.array([customer.pk]), as_of=days_ago(50), past=True)

    assert [int(kind == Kind.CANCELLED) for kind in facts.kind] == [counts]


@pytest.mark.parametrize(("received", "counts"), [(10, 0), (60, 1)])
def test_a_cancellation_counts_in_the_past_from_when_it_was_heard_of(store, received, counts):
    customer = new_customer(store)
    order = new_order(customer, days_ago(100))
    told_by = logged(store, received_at=days_ago(received), history=False)
    Order.objects.filter(pk=order.pk).update(status="cancelled", told={"status": [0, told_by]})

    facts = read_facts(store=store, asked=np.array([customer.pk]), as_of=days_ago(50), past=True)

    assert [int(kind == Kind.CANCELLED) for kind in facts.kind] == [counts]


def test_one_rating_has_no_direction(store):
    customer = new_customer(store)
    new_review(customer, days_ago(5), 5)

    assert "satisfaction_direction" not in inputs(customer)


@pytest.mark.parametrize(
    ("since", "score"), [(0, 100.0), (90, 100.0), (117, 70.0), (135, 50.0), (180, 0.0), (9_000, 0.0)]
)
def test_one_order_is_held_to_ninety_days_while_the_store_is_young(store, since, score):
    customer = new_customer(store)
    new_order(customer, days_ago(since))

    assert inputs(customer) == {"purchase_frequency": pytest.approx(score)}


def test_three_orders_make_a_rhythm_of_ones_own(store):
    customer = new_customer(store)
    for days in (75, 55, 15):  # gaps of 20 and 40 days: 30 on average
        new_order(customer, days_ago(days))

    assert inputs(customer)["purchase_frequency"] == 100.0
    assert inputs(customer, as_of=NOW + timedelta(days=30))["purchase_frequency"] == pytest.approx(50.0)


def test_orders_of_the_same_hour_make_no_hourly_rhythm(store):
    customer = new_customer(store)
    for hours in range(3):
        new_order(customer, days_ago(5 + hours / 24))

    assert inputs(customer)["purchase_frequency"] == 100.0


def test_thirty_repeat_orders_make_a_rhythm_of_the_store(store, other_store):
    for days in range(30):
        regular = new_customer(store)
        new_order(regular, days_ago(100))
        new_order(regular, days_ago(100 - days - 1))
    stranger = new_customer(other_store)
    new_order(stranger, days_ago(400))
    new_order(stranger, days_ago(1))
    customer = new_customer(store)
    new_order(customer, days_ago(15.5 * 1.5))

    rhythm = measure_rhythm(store, as_of=NOW)

    assert (rhythm.gaps, rhythm.median_gap_days) == (30, 15.5)
    assert inputs(customer)["purchase_frequency"] == pytest.approx(50.0)


def test_the_rhythm_is_not_measured_with_every_batch(store, django_assert_num_queries):
    measured = measure_rhythm(store, as_of=NOW)

    with django_assert_num_queries(1):
        soon = rhythm_of(store, as_of=NOW + timedelta(seconds=30))
    assert soon == measured


def test_default_gap_can_be_changed_and_is_audited(store):
    customer = new_customer(store)
    new_order(customer, days_ago(45))

    change_default_gap(store, days=30, actor="ada@example.com")

    assert inputs(customer)["purchase_frequency"] == pytest.approx(50.0)
    assert AuditEntry.objects.filter(store=store, action="expected_gap.changed").count() == 1


def test_default_gap_of_a_day_is_refused(store):
    with pytest.raises(ValidationError):
        change_default_gap(store, days=1, actor="ada@example.com")

    assert AuditEntry.objects.filter(action="expected_gap.changed").count() == 0


@pytest.mark.parametrize(
    ("last", "score"), [(10_000, 75.0), (12_500, 100.0), (30_000, 100.0), (11_000, 85.0), (2_500, 0.0)]
)
def test_order_value_is_compared_with_the_earlier_mean(store, last, score):
    customer = new_customer(store)
    new_order(customer, days_ago(60), total=8_000)
    new_order(customer, days_ago(40), total=12_000)
    new_order(customer, days_ago(2), total=last)

    assert inputs(customer)["order_value_trend"] == pytest.approx(score)


def test_amounts_of_other_currencies_and_unknown_ones_are_left_out(store):
    customer = new_customer(store)
    new_order(customer, days_ago(60), total=1, currency="USD")
    new_order(customer, days_ago(50), total=None)
    new_order(customer, days_ago(40), total=10_000)
    new_order(customer, days_ago(2), total=10_000)

    assert inputs(customer)["order_value_trend"] == 75.0


def test_cancelled_orders_are_no_purchases(store):
    customer = new_customer(store)
    new_order(customer, days_ago(2), status="Cancelled")

    assert inputs(customer) == {}


def test_facts_of_every_identity_of_a_customer_count(store):
    customer = new_customer(store)
    new_order(customer, days_ago(60), total=10_000)
    second = new_identity(customer, "second")
    order = new_order(customer, days_ago(2), total=10_000)
    order.identity = second
    order.save()

    assert inputs(customer)["order_value_trend"] == 75.0


def test_reading_takes_one_query_for_any_number(store, django_assert_num_queries):
    customers = [new_customer(store) for _ in range(3)]
    for customer in customers:
        new_order(customer, days_ago(2))
        new_review(customer, days_ago(1), 4)

    for some in (customers[:1], customers):
        with django_assert_num_queries(2):  # the facts, and the weights that the store has chosen
            found = computed(store, [one.pk for one in some]).features
        assert found.customer_id.tolist() == [one.pk for one in some]
        assert (set(found.orders), set(found.reviews)) == ({1}, {1})


def test_another_stores_customer_is_not_read(store, other_store):
    stranger = new_customer(other_store)
    new_order(stranger, days_ago(2))

    assert computed(store, [stranger.pk]).customers.tolist() == []


def logged(store, *, received_at, history) -> int:
    row = NewEvent(
        store.pk, received_at, received_at, None, key_of(f"{received_at}{history}"), history, "track", "x",
        None, None, b"{}",
    )  # fmt: skip
    with connection.cursor() as cursor:
        append_events(cursor, [row], horizon=received_at - REPEAT_HORIZON)
    return Event.objects.filter(store=store).latest("id").id


def test_the_past_holds_what_had_occurred_and_been_received_by_then(store):
    """Live facts count from their receipt, imported ones from when they occurred."""
    live, imported, early = (new_customer(store) for _ in range(3))
    late_event = logged(store, received_at=NOW, history=False)
    import_event = logged(store, received_at=NOW, history=True)
    new_review(live, days_ago(20), 5, event_id=late_event, history=False)
    new_review(imported, days_ago(20), 5, event_id=import_event)
    new_review(early, days_ago(20), 5, event_id=logged(store, received_at=days_ago(19), history=False))
    new_review(early, days_ago(5), 1, event_id=logged(store, received_at=days_ago(5), history=False))
    everybody = [live.pk, imported.pk, early.pk]

    then = health_as_of(store, everybody, as_of=days_ago(10))

    assert {key: health.value for key, health in then.items()} == {
        imported.pk: 100.0,
        early.pk: 100.0,
    }


def test_the_past_knows_an_order_from_the_event_that_placed_it(store):
    customer = new_customer(store)
    placed = logged(store, received_at=days_ago(20), history=False)
    delivered = logged(store, received_at=days_ago(2), history=False)
    order = new_order(customer, days_ago(20), event_id=delivered, history=False)
    order.told = {"placed": [1, 0, placed], "status": [0, delivered]}
    order.save()

    assert health_as_of(store, [customer.pk], as_of=days_ago(10))[customer.pk].value == 100.0
    assert health_as_of(store, [customer.pk], as_of=days_ago(21)) == {}


def deliveries_then(store, customer, *, as_of):
    known = read_facts(store=store, asked=np.array([customer.pk]), as_of=as_of, past=True)
    return known.kind.tolist().count(Kind.DELIVERY)


@pytest.mark.parametrize(("heard", "known"), [(12, 1), (2, 0)])
def test_the_past_knows_a_delivery_from_the_event_that_told_it(store, heard, known):
    customer = new_customer(store)
    placed = logged(store, received_at=days_ago(20), history=False)
    delivered = logged(store, received_at=days_ago(heard), history=False)
    order = new_order(customer, days_ago(20), event_id=delivered, history=False)
    order.told = {"placed": [1, 0, placed], "delivered_at": [0, delivered]}
    order.delivered_at = days_ago(15)
    order.save()

    assert deliveries_then(store, customer, as_of=days_ago(10)) == known
    assert deliveries_then(store, customer, as_of=NOW) == 1


@pytest.mark.parametrize(("heard", "known"), [(12, 1), (2, 0)])
def test_the_past_does_not_know_from_the_order_what_a_parcel_told_later(store, heard, known):
    customer = new_customer(store)
    placed = logged(store, received_at=days_ago(20), history=False)
    delivered = logged(store, received_at=days_ago(heard), history=False)
    order = new_order(customer, days_ago(20), event_id=placed, history=False)
    order.delivered_at = days_ago(15)  # derived from its parcel
    order.save()
    Shipment.objects.create(
        store=store, order_external_id=order.external_id, external_id="S", delivered_at=days_ago(15),
        told={"delivered_at": [0, delivered]},
    )  # fmt: skip

    assert deliveries_then(store, customer, as_of=days_ago(10)) == known


def test_the_past_rhythm_holds_the_orders_that_had_been_received_by_then(store):
    customer = new_customer(store)
    for days, heard in ((60, 60), (40, 40), (30, 2)):
        event = logged(store, received_at=days_ago(heard), history=False)
        new_order(customer, days_ago(days), event_id=event, history=False)

    then, now = (past_rhythm(store, as_of=moment) for moment in (days_ago(10), NOW))

    assert (then.gaps, then.median_gap_days) == (1, 20)
    assert (now.gaps, now.median_gap_days) == (2, 15)


def test_the_past_rhythm_holds_orders_that_were_called_off_later(store):
    customer = new_customer(store)
    for days in (60, 40):
        new_order(customer, days_ago(days))
    Order.objects.filter(store=store, ordered_at=days_ago(40)).update(
        status="cancelled", cancelled_at=days_ago(5)
    )

    assert [past_rhythm(store, as_of=moment).gaps for moment in (days_ago(10), NOW)] == [1, 0]


@pytest.mark.parametrize(("zone", "late"), [("UTC", 0), ("Pacific/Auckland", 1)])
def test_a_delivery_on_the_promised_day_is_not_late(store, zone, late):
    """The day is that of the store: at noon in Greenwich the next one has begun in Auckland."""
    store.time_zone = zone
    customer = new_customer(store)
    order = new_order(customer, days_ago(9))
    order.promised_at, order.delivered_at = days_ago(5.5), days_ago(5)
    order.save()

    assert computed(store, [customer.pk]).features.late_deliveries.tolist() == [late]


def test_scores_of_single_inputs_stay_in_bounds():
    assert frequency_score(np.array([0, 10**6]), np.array([7, 7])).tolist() == [100.0, 0.0]
    assert value_trend_score(np.array([0.0, 50.0]), np.array([1.0, 1.0])).tolist() == [0.0, 100.0]
