"""Keeping scores: what is written, when a change is one, and what the log hears of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.batch import Batch
from regard.capture.models import Event
from regard.core import clock
from regard.profile.models import Identity
from regard.score.domain.causes import Cause
from regard.score.domain.health import Contribution, contributions_of
from regard.score.domain.queries import health_for_viewer, scores_of
from regard.score.domain.refresh import CHUNK, refresh_health
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.sentences import Known, sentence_of
from regard.score.domain.weights import PRESENT, VERSIONS
from regard.score.jobs import fade_intents_of_all_stores, refresh_all_stores, refresh_store
from regard.score.models import CustomerFeatures, HealthBand, Score, ScoreChange
from regard.score.reactions import refresh_touched
from tests.score.people import NOW, days_ago, identity_of, new_customer, new_order, new_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def buyer(store):
    """Health: (75 x 40 + 100 x 35) / 75 = 86.67, thriving."""
    customer = new_customer(store)
    new_order(customer, days_ago(10))
    new_review(customer, days_ago(5), 4)
    return customer


def changes(customer):
    rows = ScoreChange.objects.filter(name="health", subject_id=customer.pk).order_by("id")
    return list(rows.values_list("value", "band"))


def moves(store):
    facts = Event.objects.filter(store=store, name="HealthChanged").order_by("id")
    return [(fact.body["customer_id"], fact.body["previous_band"], fact.body["band"]) for fact in facts]


def test_a_score_is_kept_with_its_reasons(store):
    customer = buyer(store)

    assert refresh_health(store=store, customer_ids=[customer.pk], cause=Cause(7)) == 1

    score = Score.objects.get(store=store, name="health")
    assert (score.subject_type, score.subject_id, score.name) == ("customer", customer.pk, "health")
    assert (score.value, score.band, score.coverage) == (Decimal("86.67"), HealthBand.THRIVING, 75)
    assert (score.event_id, score.history, score.computed_at) == (7, False, NOW)
    known = {"product_satisfaction": 75.0, "purchase_frequency": 100.0}
    assert score.input_values == [known.get(name) for name in PRESENT.inputs]
    assert contributions_of(score.input_values, VERSIONS[score.weights_version]) == (
        Contribution("satisfaction", "product_satisfaction", 75.0, pytest.approx(40 / 75)),
        Contribution("behaviour", "purchase_frequency", 100.0, pytest.approx(35 / 75)),
    )
    assert changes(customer) == [(Decimal("86.67"), "health:thriving")]
    assert moves(store) == [(customer.pk, "health:not_enough_data", "health:thriving")]


def test_a_second_run_changes_nothing(store):
    customer = buyer(store)
    refresh_health(store=store, customer_ids=[customer.pk], cause=Cause(7))

    assert refresh_health(store=store, customer_ids=[customer.pk, customer.pk]) == 0
    assert (len(changes(customer)), len(moves(store))) == (1, 1)


def test_time_alone_changes_scores(store):
    customer = buyer(store)
    refresh_health(store=store)
    assert moves(store) == []  # no event of the customer's brought the first band

    with clock.set_to(NOW + timedelta(days=125)):
        refresh_store(store.pk)

    assert changes(customer) == [
        (Decimal("86.67"), "health:thriving"),
        (Decimal("63.33"), "health:healthy"),
    ]
    assert moves(store) == [(customer.pk, "health:thriving", "health:healthy")]


def test_a_move_within_a_band_is_history_but_no_fact(store):
    customer = buyer(store)
    refresh_health(store=store, cause=Cause(7))

    with clock.set_to(NOW + timedelta(days=83)):
        refresh_health(store=store)

    assert changes(customer)[1:] == [(Decimal("85.11"), "health:thriving")]
    assert len(moves(store)) == 1


def test_nobody_gets_a_score_for_nothing(store):
    new_customer(store)

    assert refresh_health(store=store) == 0
    assert Score.objects.count() == 0


def test_a_customer_who_lost_all_facts_in_a_merge_keeps_the_history(store):
    customer, winner = buyer(store), new_customer(store)
    refresh_health(store=store)
    Identity.objects.filter(customer=customer).update(customer=winner)

    refresh_health(store=store, customer_ids=[customer.pk, winner.pk])

    assert changes(customer)[1:] == [(None, "health:not_enough_data")]
    assert changes(winner) == [(Decimal("86.67"), "health:thriving")]
    assert "health:not_enough_data" not in {
        after for _customer, _before, after in moves(store)
    }  # nobody fell


def test_the_fact_names_the_customer_as_the_shop_does(store):
    customer = new_customer(store, "shop-17")
    new_order(customer, days_ago(1))
    new_review(customer, days_ago(1), 5)

    refresh_health(store=store, cause=Cause(7))

    fact = Event.objects.get(store=store, name="HealthChanged")
    assert (fact.user_id, fact.history, fact.occurred_at) == ("shop-17", False, NOW)


def test_all_customers_of_one_store_only(store, other_store):
    buyer(store)
    buyer(other_store)

    assert refresh_health(store=store) == 1
    assert Score.objects.filter(store=other_store).count() == 0


def test_more_customers_than_a_chunk(store, monkeypatch):
    monkeypatch.setattr("regard.score.domain.refresh.CHUNK", 2)
    assert CHUNK > 2
    customers = [buyer(store) for _ in range(5)]

    assert refresh_health(store=store) == 5
    assert refresh_health(store=store, customer_ids=[one.pk for one in customers]) == 0


def test_query_count_does_not_grow(store, django_assert_num_queries):
    customers = [buyer(store) for _ in range(3)]
    refresh_health(store=store, customer_ids=[one.pk for one in customers], cause=Cause(7))

    for some in (customers[:1], customers):
        Score.objects.all().delete()
        with django_assert_num_queries(14):
            written = refresh_health(store=store, customer_ids=[one.pk for one in some], cause=Cause(7))
        assert written == Score.objects.filter(name="health").count() == len(some)


def batch_of(store, *events):
    """A batch of (customer, history) events, ids from 1."""
    rows = [
        Event(store=store, id=number, history=history, type="track", name="x", occurred_at=NOW, payload=b"{}")
        for number, (_, history) in enumerate(events, 1)
    ]
    identities = {number: identity_of(customer).pk for number, (customer, _) in enumerate(events, 1)}
    return Batch(store, rows, identities, {customer.pk for customer, _ in events})


def test_what_happens_now_refreshes_whom_it_touched_and_a_stale_score_stays_history(store):
    imported, live, both, _untouched = (buyer(store) for _ in range(4))
    refresh_touched(batch_of(store, (imported, True), (both, True)))
    assert not Score.objects.exists()

    refresh_touched(batch_of(store, (live, False), (both, False), (live, False)))

    kept = (
        Score.objects.filter(name="health")
        .order_by("subject_id")
        .values_list("subject_id", "history", "event_id")
    )
    assert list(kept) == [(live.pk, False, 3), (both.pk, True, 2)]
    facts = Event.objects.filter(store=store, name="HealthChanged")
    assert {fact.body["customer_id"]: fact.history for fact in facts} == {live.pk: False}


def test_the_night_after_an_import_keeps_its_scores_history(store):
    imported = buyer(store)
    refresh_touched(batch_of(store, (imported, True)))

    refresh_store(store_id=store.pk)

    assert set(Score.objects.values_list("subject_id", "history")) == {(imported.pk, True)}
    assert not Event.objects.filter(store=store, name="HealthChanged", history=False).exists()


def test_a_batch_that_touches_nobody_reads_nothing(store, django_assert_num_queries):
    with django_assert_num_queries(0):
        refresh_touched(batch_of(store))
    assert not Score.objects.exists()


def test_viewers_see_reasons_in_words_and_the_history(store, django_assert_num_queries):
    customer = new_customer(store)
    new_order(customer, days_ago(105), total=10_000)
    new_order(customer, days_ago(100), total=12_000)
    new_review(customer, days_ago(9), 2)
    new_review(customer, days_ago(5), 4)
    refresh_health(store=store)

    with django_assert_num_queries(5):
        view = health_for_viewer(store, customer.pk)

    assert (view.band_label, view.coverage, view.computed_at) == ("Thriving", 100, NOW)
    assert [(reason.label, reason.sentence) for reason in view.reasons] == [
        ("Purchase frequency", "The last order was 100 days ago; a next order is expected after 90 days."),
        (
            "Direction of satisfaction",
            "The last statement is better than the one before: 4 of 5 stars after 2 of 5 stars.",
        ),
        (
            "Satisfaction with products",
            "2 reviews, on average 3.0 of 5 stars, where newer ones count more.",
        ),
        ("Order value", "The last order was worth 20 % more than the earlier ones on average."),
        ("Orders kept", "None of 2 orders was cancelled or refunded."),
    ]
    assert [one.input for one in view.unknown] == [
        "nps", "issue_resolution", "message_engagement", "site_use", "social_engagement", "price_acceptance",
        "lifetime_value_path",
    ]  # fmt: skip
    assert sum(reason.points for reason in view.reasons) == pytest.approx(view.value, abs=0.01)
    assert [(point.value, point.band_label) for point in view.changes] == [(view.value, "Thriving")]


def test_sentences_use_the_readers_numbers(store):
    customer = new_customer(store)
    new_review(customer, days_ago(9), 4)
    new_review(customer, days_ago(9), 4)
    refresh_health(store=store)

    with translation.override("de"):
        reasons = health_for_viewer(store, customer.pk).reasons

    assert any("4,0" in reason.sentence for reason in reasons)


def known(**features):
    return Known(CustomerFeatures(**features), NOW, ExpectedGap(90.0, "default"))


@pytest.mark.parametrize(("value", "stars"), [(74.0, "4.0"), (73.0, "3.9"), (96.5, "4.9")])
def test_stars_are_rounded(value, stars):
    sentence = sentence_of("product_satisfaction", value, known(product_answers=2, reviews=2))

    assert sentence == f"2 reviews, on average {stars} of 5 stars, where newer ones count more."


def test_days_are_rounded():
    rhythm = known(last_ordered_at=days_ago(3), own_gap_days=29.9)

    assert sentence_of("purchase_frequency", 100, rhythm) == (
        "The last order was 3 days ago; this customer usually orders every 30 days."
    )


def test_viewers_of_another_store_see_nothing(store, other_store):
    customer = buyer(store)
    refresh_health(store=store)

    assert health_for_viewer(other_store, customer.pk) is None
    assert scores_of(other_store, [customer.pk]) == {}


def test_scores_for_a_list_take_one_query(store, django_assert_num_queries):
    customers = [buyer(store) for _ in range(3)]
    refresh_health(store=store)

    for some in (customers[:1], customers):
        with django_assert_num_queries(1):
            scores = scores_of(store, [one.pk for one in some])
            found = {key: (score.value, score.band_label) for key, score in scores.items()}
        assert found == {one.pk: (Decimal("86.67"), "Thriving") for one in some}


def test_every_night_each_store_gets_a_job_of_its_own(store, other_store):
    refresh_all_stores(0)

    jobs = ProcrastinateJob.objects.filter(task_name="score.refresh_store").order_by("id")
    assert [(job.args, job.lock) for job in jobs] == [
        ({"store_id": each.pk}, "score.health") for each in (store, other_store)
    ]


@pytest.mark.django_db(transaction=True)  # what waits already is refused by the database
def test_every_hour_a_store_waits_for_itself_alone_and_once(store, other_store):
    for _time in range(2):
        fade_intents_of_all_stores(0)

    jobs = ProcrastinateJob.objects.filter(task_name="score.fade_intents_of_store").order_by("id")
    assert [(job.args, job.lock) for job in jobs] == [
        ({"store_id": each.pk}, f"score.fade_intents_of_store:{each.pk}") for each in (store, other_store)
    ]
