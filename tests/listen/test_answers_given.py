"""Answers to the store's own surveys: what one fact of the log alone brings about."""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction

from regard import pipeline
from regard.act.models import Alert
from regard.capture.domain.batch import Batch
from regard.capture.domain.impersonal import pseudonym_of
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.listen.domain.withdrawn import forget_withdrawn
from regard.listen.facts import AnswerGiven, AnswerWithdrawn
from regard.listen.models import Response, Understanding, WithdrawnResponse
from regard.profile.domain.personal_data import erase_customer, export_customer
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.domain.timeline import timeline
from regard.profile.models import Customer, Identity
from regard.score.models import Score
from tests.journeys.shop import Shop, states
from tests.journeys.test_playbooks_going import start_playbook
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(at(50)):
        yield


def given(store, hour=1.0, *, identity=None, **told):
    usual = {
        "response_id": "s1:q1", "survey": "Relationship", "survey_key": "relationship", "question": "q1",
        "version": 3, "channel": "email", "measure": "nps", "topic": "relationship", "value": 9.0, "lowest": 0.0,
        "highest": 10.0,
    }  # fmt: skip
    fact = AnswerGiven(**(usual | told), identity_id=identity, answered_at=at(hour))
    return new_fact(fact, store_id=store.pk, occurred_at=at(hour))._replace(received_at=at(1_000))


def happens(store, *rows):
    return take(store, append(rows), stages=pipeline.STAGES)


@pytest.fixture
def ada(store):
    happens(store, call(store, user="ada", type="identify", traits={"email": "ada@example.com"}))
    return Identity.objects.get(kind="user_id", value="ada")


def test_it_is_kept_as_said_now_by_whom_it_names(store, ada):
    told = {"value": 4.0, "lowest": 1.0, "highest": 5.0, "measure": "csat", "topic": "delivery"}
    batch = happens(store, given(store, identity=ada.pk, **told, order_id="A1", product_id="P1"))

    row = Response.objects.get()
    assert (row.external_id, row.identity_id, row.history) == ("s1:q1", ada.pk, False)
    assert (row.survey, row.measure, row.topic) == ("Relationship", "csat", "delivery")
    assert (row.value, row.lowest, row.highest, row.score) == (4, 1, 5, 75)
    assert (row.order_external_id, row.product_external_id, row.answered_at) == ("A1", "P1", at(1))
    assert batch.touched == {ada.customer_id}


def test_told_again_it_is_changed_whatever_the_order_of_arrival(store, ada):
    rows = [
        given(store, hour, identity=ada.pk, value=value) for hour, value in ((1, 9.0), (2, 3.0), (3, 5.0))
    ]
    for arrival in itertools.permutations(append(rows)):
        with transaction.atomic():
            for event in arrival:
                take(store, [event], stages=pipeline.STAGES)
            assert Response.objects.values_list("value", "score", "answered_at").get() == (5, 50, at(3))
            transaction.set_rollback(True)


def test_what_was_chosen_without_a_measure_stands_in_the_timeline_alone(store, ada):
    told = {"measure": "", "topic": "", "value": None, "lowest": None, "highest": None}
    happens(store, given(store, identity=ada.pk, **told, choices=["price", "colour"]))

    assert not Response.objects.exists()
    [newest, *_rest], _next = timeline(store=store, customer_id=ada.customer_id)
    assert newest.words == "Answered a survey: “price, colour”"


def test_nobody_finds_out_by_the_order_who_answered_without_a_name(store):
    happens(store, given(store, order_id="A1"))
    happens(store, call(store, user="bob", name="Order Completed", properties={"order_id": "A1", "total": 5}))

    assert Response.objects.values_list("identity", "follows_order").get() == (None, False)


def test_words_are_understood_at_once(store, ada):
    told = {"measure": "text", "value": None, "lowest": None, "highest": None}
    happens(store, given(store, identity=ada.pk, **told, text="The parcel came late and the mug was broken."))

    [(feeling, intents)] = understood(store)
    assert feeling == "negative"
    assert intents


def understood(store):
    return list(Understanding.objects.filter(store=store).values_list("feeling", "intents"))


def test_a_promoter_who_turns_into_a_detractor_moves_the_score_and_raises_the_alert(store, ada):
    happens(store, given(store, 1, identity=ada.pk, response_id="s1:q1", value=10.0))
    before = health(ada.customer)
    happens(store, given(store, 2, identity=ada.pk, response_id="s2:q1", value=2.0))

    assert before is not None
    assert health(ada.customer) < before
    [fall] = Alert.objects.filter(store=store, kind="nps_fall")
    assert fall.reason.startswith("Would recommend us with 2 of 10, after 10 the time before.")


def health(customer: Customer):
    rows = Score.objects.filter(name="health", subject_type="customer", subject_id=customer.pk)
    return rows.values_list("value", flat=True).first()


@pytest.fixture
def shop(store):
    shop = Shop(store)
    yield shop
    shop.close()


def test_a_detractor_is_looked_after(shop):
    shop.identify("ada", name="Ada", email="ada@example.com", accepts_marketing=True)
    journey = start_playbook(shop, "detractor-recovery")
    ada = Identity.objects.get(kind="user_id", value="ada")
    with transaction.atomic():
        fact = AnswerGiven(
            identity_id=ada.pk, response_id="s1:q1", survey="NPS", survey_key="nps", question="q1", version=1,
            channel="email", answered_at=clock.now(), measure="nps", topic="relationship", value=3.0, lowest=0.0,
            highest=10.0,
        )  # fmt: skip
        append([new_fact(fact, store_id=shop.store.pk)])
    shop.settle()

    assert [state for state, _step, _instance in states(journey)] == ["active"]


def withdrawn(store, hour=1.0, *, identity=None, **told):
    usual = {
        "response_id": "s1:q1", "survey": "Relationship", "survey_key": "relationship", "question": "q1",
        "version": 3,
    }  # fmt: skip
    fact = AnswerWithdrawn(**(usual | told), identity_id=identity, withdrawn_at=at(hour))
    return new_fact(fact, store_id=store.pk, occurred_at=at(hour))._replace(received_at=at(1_000))


def test_what_was_taken_back_is_forgotten_whatever_the_order_of_arrival(store, ada):
    words = {"measure": "text", "value": None, "lowest": None, "highest": None, "response_id": "s1:q2"}
    rows = [
        given(store, 1, identity=ada.pk, **words, text="The parcel came late and the mug was broken."),
        given(store, 1, identity=ada.pk, value=2.0),
        withdrawn(store, 2, identity=ada.pk),
        withdrawn(store, 2, identity=ada.pk, response_id="s1:q2"),
    ]
    for arrival in itertools.permutations(append(rows)):
        with transaction.atomic():
            for event in arrival:
                batch = take(store, [event], stages=pipeline.STAGES)
            assert (Response.objects.count(), Understanding.objects.count()) == (0, 0)
            assert batch.touched == {ada.customer_id}
            transaction.set_rollback(True)


def test_told_again_it_counts_again_whatever_the_order_of_arrival(store, ada):
    rows = [
        given(store, 1, identity=ada.pk, value=2.0),
        withdrawn(store, 2, identity=ada.pk),
        given(store, 3, identity=ada.pk, value=4.0),
    ]
    for arrival in itertools.permutations(append(rows)):
        with transaction.atomic():
            for event in arrival:
                take(store, [event], stages=pipeline.STAGES)
            assert Response.objects.values_list("value", "answered_at").get() == (4, at(3))
            transaction.set_rollback(True)


def test_of_days_alone_the_later_event_counts(store):
    """As of anonymous surveys, whose times are cut."""
    gone, back = append([given(store), withdrawn(store), given(store, value=3.0)])[1:]
    take(store, [gone], stages=pipeline.STAGES)
    take(store, [back], stages=pipeline.STAGES)
    assert Response.objects.values_list("value", flat=True).get() == 3


def test_another_stores_answers_stay(store, other_store, ada):
    happens(store, given(store, identity=ada.pk))
    happens(other_store, withdrawn(other_store, 2))
    assert Response.objects.count() == 1


def test_health_forgets_what_was_taken_back(store, ada):
    happens(store, given(store, 1, identity=ada.pk, response_id="s1:q1", value=10.0))
    before = health(ada.customer)
    happens(store, given(store, 2, identity=ada.pk, response_id="s2:q1", value=2.0))
    assert health(ada.customer) < before

    happens(store, withdrawn(store, 3, identity=ada.pk, response_id="s2:q1"))
    assert health(ada.customer) == before


def test_a_read_anew_log_keeps_it_forgotten_and_an_erasure_takes_the_names(store, ada):
    happens(store, given(store, identity=ada.pk), withdrawn(store, 2, identity=ada.pk))
    held = export_customer(store=store, customer_id=ada.customer_id, actor="tests")["held"]["said"]
    assert [each["external_id"] for each in held["withdrawn_answers"]] == ["s1:q1"]

    rebuild_customers(store=store, customer_ids=[ada.customer_id], stages=pipeline.STAGES)
    assert not Response.objects.exists()
    assert WithdrawnResponse.objects.values_list("external_id", "identity").get() == ("s1:q1", ada.pk)

    long = "x" * 70
    happens(store, withdrawn(store, 3, identity=ada.pk, response_id=long))
    erase_customer(store=store, customer_id=ada.customer_id, actor="tests")
    assert set(WithdrawnResponse.objects.values_list("external_id", flat=True)) == {
        "s1:q1",
        pseudonym_of(long),
    }
    rebuild_customers(store=store, customer_ids=[ada.customer_id], stages=pipeline.STAGES)
    assert set(WithdrawnResponse.objects.values_list("external_id", flat=True)) == {
        "s1:q1",
        pseudonym_of(long),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_taking_back_costs_the_same_for_one_and_for_many(store, ada, count, django_assert_num_queries):
    names = [f"s{number}:q1" for number in range(count)]
    happens(store, *(given(store, identity=ada.pk, response_id=name) for name in names))
    batch = Batch(store, append([withdrawn(store, 2, identity=ada.pk, response_id=name) for name in names]))
    batch.identity_of = {event.id: ada.pk for event in batch.events}
    batch.customer_of = {ada.pk: ada.customer_id}
    with django_assert_num_queries(4):
        forget_withdrawn(batch, set())
    assert not Response.objects.exists()
