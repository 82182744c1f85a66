from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.capture.domain.batch import Batch
from regard.capture.models import Event
from regard.core import clock
from regard.core.registry import data_holders
from regard.predict.domain.churn import judging, training_set
from regard.predict.domain.churn.backtest import backtest, labelled_history
from regard.predict.domain.churn.fitting import fit_model
from regard.predict.domain.churn.inputs import INPUTS, inputs_of
from regard.predict.domain.churn.keeping import Risks, keep_risks
from regard.predict.domain.churn.learning import churn_model_in_use, is_due, learn_churn
from regard.predict.domain.churn.outcomes import left_after
from regard.predict.domain.churn.predicting import predict_all, seen_now
from regard.predict.domain.churn.telling import churn_for_viewer, learned_risk, risks_of
from regard.predict.domain.churn.training_set import cutoffs_before, labelled_at, sampled_customers
from regard.predict.jobs import predict_churn
from regard.predict.models import ChurnRisk, ChurnRiskChange, FittedModel
from regard.predict.reactions import refresh_risks
from regard.profile.models import ERASED, Customer, Identity, Order
from regard.score.domain.kept_features import kept_buyers
from regard.score.domain.refresh import refresh_health
from tests.predict.churners import add_churn_model, fill_with_buyers
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order, new_refund, new_review
from tests.score.test_features import logged

NO_PAST = np.zeros(2, bool)
pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(store):
    """Three hundred days of many customers, at the end of which it is now."""
    fill_with_buyers(store)
    with clock.set_to(NOW):
        yield store


@pytest.fixture
def foreseen(store):
    """A few customers, and a model that is in use: (the store, the model)."""
    for days in (3, 40, 120, 250, 400):
        new_order(new_customer(store), days_ago(days))
    with clock.set_to(NOW):
        add_churn_model(store)
        yield store, *churn_model_in_use(store)


def test_who_left_by_hand(store):
    """Cut off 100 days ago, window of 90 days: until 10 days ago."""
    again, gone, called_off, too_late, back, new = (new_customer(store) for _ in range(6))
    for customer in (again, gone, called_off, too_late, back):
        new_order(customer, days_ago(150))
    new_order(again, days_ago(99.9))
    new_order(called_off, days_ago(50), status="cancelled")
    new_order(too_late, days_ago(9.9))
    new_order(back, days_ago(10))
    new_order(new, days_ago(50))

    [labelled] = labelled_at(store, [days_ago(100)], days=90, known_at=NOW)

    left = dict(zip(labelled.seen.customers.tolist(), labelled.left.tolist(), strict=True))
    assert left == {again.pk: False, gone.pk: True, called_off.pk: True, too_late.pk: True, back.pk: False}


def test_a_purchase_counts_as_known_when_it_was_received(store):
    customer = new_customer(store)
    new_order(customer, days_ago(150))
    new_order(
        customer, days_ago(90), event_id=logged(store, received_at=days_ago(5), history=False), history=False
    )
    asked = np.array([customer.pk])

    left = [
        left_after(store, asked, moment=days_ago(100), days=90, known_at=moment).tolist()
        for moment in (days_ago(10), NOW)
    ]

    assert left == [[True], [False]]


def test_cutoffs_are_those_whose_outcome_was_known():
    first = days_ago(400)
    moments = cutoffs_before(first, known_at=days_ago(90), days=90)

    assert moments[-1] == days_ago(180)
    assert moments[0] >= first + timedelta(days=45)
    assert len(moments) == 6
    assert cutoffs_before(first, known_at=days_ago(300), days=90) == []


def learned_from(store, *, known_at):
    history, labelled = labelled_history(store, known_at=known_at, until=NOW, days=90)
    rows = [(inputs_of(each.seen, list(INPUTS)), each.left) for each in labelled]
    return history, labelled, rows


def test_nothing_that_came_later_changes_what_is_learned(bought):
    """Everything that can be known of a customer, later than the moment or received later, is planted."""
    then = days_ago(100)
    _history, labelled, before = learned_from(bought, known_at=then)
    model = fit_model(labelled, days=90)
    received_late = logged(bought, received_at=days_ago(3), history=False)
    planted = Customer.objects.filter(store=bought).order_by("id")[:40]
    for customer in planted:
        new_refund(new_order(customer, days_ago(60)), 1_000, days_ago(50))
        new_order(customer, days_ago(150), event_id=received_late, history=False)
        new_review(customer, days_ago(40), 1)
        new_review(customer, days_ago(160), 1, event_id=received_late, history=False)
        new_answer(customer, days_ago(30 + customer.pk / 1e4), 10)
    called_off = Order.objects.filter(store=bought, ordered_at__lt=then)
    few, others = (
        called_off.filter(identity__customer__in=planted[:20]),
        called_off.filter(identity__customer__in=planted[20:]),
    )
    assert few.update(status="cancelled", cancelled_at=days_ago(20)) > 20
    assert others.update(status="cancelled", told={"status": [0, received_late]}) > 20

    _history, labelled, after = learned_from(bought, known_at=then)

    assert len(before) == len(after) > 1
    for (inputs, left), (inputs_after, left_after_all) in zip(before, after, strict=True):
        assert np.array_equal(inputs, inputs_after, equal_nan=True)
        assert np.array_equal(left, left_after_all)
    assert fit_model(labelled, days=90) == model


def test_a_backtest_is_fitted_on_what_was_known_before_the_days_it_is_judged_by(bought):
    tested = backtest(bought)

    assert tested.as_of == days_ago(90)
    assert tested.cutoffs[-1] == days_ago(180)
    assert set(tested.judged) == {"learned", "weighted", "recency_frequency"}
    judged = tested.judged["learned"]
    held_out = next(labelled_at(bought, [days_ago(90)], days=90, known_at=NOW))
    assert (judged.n, judged.left_share) == (len(held_out.left), held_out.left.mean())
    assert judged.auc is not None
    assert judged.auc > 0.65
    assert tested.did_better


def test_a_backtest_of_days_to_come_is_refused(bought):
    with pytest.raises(ValidationError, match="name 2026-08-03 or earlier"):
        backtest(bought, as_of=days_ago(89))


def test_too_little_history_is_said_and_nothing_is_kept(store):
    customer = new_customer(store)
    new_order(customer, days_ago(200))
    with clock.set_to(NOW):
        history, kept = learn_churn(store)
        risk = churn_for_viewer(store, customer.pk)

    assert (history.months, history.is_enough, kept, risk) == (6, False, None, None)
    assert not FittedModel.objects.exists()


def test_few_customers_are_too_few_though_the_time_is_long(store):
    fill_with_buyers(store, customers=30)
    with clock.set_to(NOW):
        history, kept = learn_churn(store)

    assert (history.months, history.cutoffs, history.is_enough, kept) == (9, 3, False, None)
    assert 0 < history.rows < 1_000


def test_an_empty_store_has_nobody_to_judge_by(store):
    tested = backtest(store)

    assert (tested.judged, tested.model, tested.history.months) == ({}, None, 0)


def test_a_model_is_fitted_each_week_and_told_of_each_customer(bought):
    predict_churn(bought.pk)
    kept, model = churn_model_in_use(bought)
    buyer = ChurnRisk.objects.filter(store=bought).order_by("-value")[0]
    told = churn_for_viewer(bought, buyer.customer_id)

    assert kept.card["did_better"]
    assert kept.as_of == NOW
    assert not is_due(bought)
    assert told.value == float(buyer.value)
    assert told.base + sum(each.points for each in told.contributions) == pytest.approx(told.value, abs=0.051)
    assert [point.value for point in told.changes] == [float(buyer.value)]
    with clock.set_to(NOW + timedelta(days=8)):
        assert is_due(bought)
        predict_churn(bought.pk)
    assert FittedModel.objects.filter(store=bought).count() == 2
    assert model.days == 90


def test_only_news_is_kept_and_a_crossing_is_a_fact(foreseen):
    store, *found = foreseen
    everybody = predict_all(store, *found)
    first = ChurnRiskChange.objects.filter(store=store).count()
    again = predict_all(store, *found)
    risks = ChurnRisk.objects.filter(store=store)
    above, near = risks.filter(value__gt=72)[0], risks.filter(value__lt=60)[0]
    risks.filter(customer_id=above.customer_id).update(noted=69.9)
    risks.filter(customer_id=near.customer_id).update(noted=float(near.value) + 4.9)

    predict_all(store, *found)

    changes = ChurnRiskChange.objects.filter(store=store).order_by("id")
    facts = Event.objects.filter(store=store, name="ChurnRiskCrossed")
    assert everybody == again == first == risks.count()
    assert [change.customer_id for change in changes[first:]] == [above.customer_id]
    assert [
        (fact.body["customer_id"], fact.body["is_above"], fact.body["previous_value"]) for fact in facts
    ] == [(above.customer_id, True, 69.9)]


def test_who_has_store_nothing_any_more_has_no_risk(foreseen):
    store, *found = foreseen
    stranger = new_customer(store)
    ChurnRisk.objects.create(
        store=store, customer=stranger, model=found[0], value=50, noted=50, computed_at=NOW
    )

    predict_all(store, *found)

    assert risks_of(store, [stranger.pk]) == {}
    assert [change.value for change in ChurnRiskChange.objects.filter(customer=stranger)] == [None]


def test_no_risk_stays_where_no_model_is_in_use(foreseen):
    """As after somebody was killed between taking a model out of use and forgetting what it told."""
    store, *found = foreseen
    predict_all(store, *found)
    FittedModel.objects.update(in_use=False)
    customer = ChurnRisk.objects.filter(store=store)[0].customer_id

    predict_churn(store.pk)

    assert learned_risk(store, customer) is None
    assert not ChurnRisk.objects.filter(store=store).exists()
    assert ChurnRiskChange.objects.filter(store=store).exists()


def test_a_model_that_did_no_better_leaves_no_risk(bought, monkeypatch):
    predict_churn(bought.pk)
    assert ChurnRisk.objects.filter(store=bought).exists()
    monkeypatch.setattr(judging, "BETTER_BY", 1)

    _history, kept = learn_churn(bought)

    assert not kept.in_use
    assert not ChurnRisk.objects.filter(store=bought).exists()


def test_customers_of_a_moment_are_read_once(bought):
    """The fit has six moments from 240 to 90 days ago; its test has four of them."""
    with CaptureQueriesContext(connection) as queries:
        _history, kept = learn_churn(bought)

    assert len(kept.card["cutoffs"]) == 6
    assert len(kept.card["held_out"]["cutoffs"]) == 3
    assert sum("WITH person AS" in query["sql"] for query in queries) == 6


def test_only_who_ever_ordered_is_learned_from(store, monkeypatch):
    """However many visitors there are, they push no buyer out of the sample."""
    for _visitor in range(6):
        new_customer(store)
    buyers = [new_customer(store) for _each in range(3)]
    for buyer in buyers:
        new_order(buyer, days_ago(50))
        new_order(buyer, days_ago(60))
    monkeypatch.setattr(training_set, "MOST_CUSTOMERS", 3)

    assert sampled_customers(store).tolist() == [buyer.pk for buyer in buyers]


def test_who_is_erased_while_risks_are_computed_does_not_come_back(foreseen):
    store, kept, _model = foreseen
    erased, other = Customer.objects.filter(store=store).order_by("id")[:2]
    Identity.objects.filter(customer=erased).update(value=f"{ERASED}x")
    risks = Risks(np.array([erased.pk, other.pk]), np.array([90.0, 90.0]), np.array([50.0, 50.0]), NO_PAST)

    keep_risks(store, kept, risks, now=NOW)

    assert [row.customer_id for row in ChurnRisk.objects.all()] == [other.pk]
    assert [row.customer_id for row in ChurnRiskChange.objects.all()] == [other.pk]
    [fact] = Event.objects.filter(store=store, name="ChurnRiskCrossed")
    assert fact.body["customer_id"] == other.pk


def test_who_crosses_the_line_with_a_new_model_alarms_nobody(foreseen):
    """By the model before, who ordered 40 days ago would be where they were: it is the new one that differs."""
    store, kept, model = foreseen
    predict_all(store, kept, model)
    below = ChurnRisk.objects.filter(store=store, value__lt=70)
    many = below.count()
    gloomy = replace(model, shift=model.shift + 20)

    predict_all(store, add_churn_model(store, gloomy), gloomy)

    facts = Event.objects.filter(store=store, name="ChurnRiskCrossed")
    assert [fact.history for fact in facts] == [True] * many
    assert many


def test_who_leaves_in_the_night_of_a_new_model_is_news(foreseen):
    """By the model before they would have crossed the line as well."""
    store, kept, model = foreseen
    predict_all(store, kept, model)
    below = set(ChurnRisk.objects.filter(value__lt=70).values_list("customer_id", flat=True))
    with clock.set_to(NOW + timedelta(days=400)):
        predict_all(store, add_churn_model(store), model)

    facts = Event.objects.filter(store=store, name="ChurnRiskCrossed")
    assert {(fact.body["customer_id"], fact.history) for fact in facts} == {(who, False) for who in below}
    assert below
    assert set(ChurnRisk.objects.values_list("model", flat=True)) == {churn_model_in_use(store)[0].pk}


def test_a_model_that_was_taken_out_of_use_meanwhile_tells_nothing(foreseen):
    store, kept, model = foreseen
    FittedModel.objects.update(in_use=False)

    assert predict_all(store, kept, model) == 0
    assert not ChurnRisk.objects.exists()


def test_who_orders_again_is_told_anew_at_once_everywhere(foreseen):
    """What the pipeline's stage makes of a batch; what an import brings is left to the night."""
    store, *found = foreseen
    predict_all(store, *found)
    back = ChurnRisk.objects.filter(store=store).order_by("-value")[0].customer
    newcomer = new_customer(store)
    before = ChurnRisk.objects.get(customer=back)
    for customer in (back, newcomer):
        new_order(customer, NOW)
    touched = {back.pk, newcomer.pk}
    refresh_health(store=store, customer_ids=touched)

    refresh_risks(Batch(store, [], touched=touched, is_replay=True))
    assert ChurnRisk.objects.get(customer=back).value == before.value
    live = Batch(store, [SimpleNamespace(history=False)], touched=touched)
    refresh_risks(live)

    after = ChurnRisk.objects.get(customer=back)
    assert before.value > 70 > after.value
    assert churn_for_viewer(store, back.pk).value == risks_of(store, [back.pk])[back.pk] == float(after.value)
    assert churn_for_viewer(store, newcomer.pk).source == "learned"
    [fact] = Event.objects.filter(store=store, name="ChurnRiskCrossed")
    assert (fact.body["customer_id"], fact.body["is_above"], fact.history) == (back.pk, False, False)


def test_what_scores_have_kept_foresees_as_facts_do(foreseen):
    store = foreseen[0]
    rated = Customer.objects.filter(store=store).order_by("id")[0]
    new_review(rated, days_ago(2), 2)
    new_answer(rated, days_ago(4), 70.0)
    new_customer(store)
    refresh_health(store=store)
    known = seen_now(store, (0, 2**62), now=NOW).features
    kept = kept_buyers(store, np.array(list(Customer.objects.values_list("id", flat=True)), np.int64))

    for (name, column), (_name, other) in zip(known, kept, strict=True):
        assert np.array_equal(column, other, equal_nan=column.dtype.kind in "fM"), name
    assert len(kept.customer_id) == 5


def test_a_stores_batches_ask_once_where_no_model_is_in_use(store):
    new_order(customer := new_customer(store), NOW)
    with CaptureQueriesContext(connection) as queries:
        refresh_risks(Batch(store, [SimpleNamespace(history=False)], touched={customer.pk}))

    assert len(queries) == 1


def test_what_is_foreseen_can_be_given_out_and_forgotten(foreseen):
    store, *found = foreseen
    predict_all(store, *found)
    one, other = ChurnRisk.objects.filter(store=store).order_by("customer_id")[:2]
    holder = data_holders.get("churn_predictions")

    given = holder.export(store, one.customer_id)
    erased = holder.erase(store, one.customer_id)
    holder.drop(store, [other.customer_id])

    assert given == {
        "churn_risk": float(one.value),
        "churn_risk_changes": [{"value": float(one.value), "predicted_at": NOW.isoformat()}],
    }
    assert erased == 2
    assert risks_of(store, [one.customer_id, other.customer_id]) == {}
    assert holder.export(store, one.customer_id) == {"churn_risk": None, "churn_risk_changes": []}


def test_risks_of_many_take_one_query(foreseen):
    store = foreseen[0]
    ids = list(Customer.objects.filter(store=store).values_list("id", flat=True)[:3])
    for few in (ids[:1], ids):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            risks_of(store, few)
        assert len(queries) == 1


def test_another_stores_customers_are_not_told_of(foreseen, other_store):
    store, *found = foreseen
    predict_all(store, *found)
    customer = ChurnRisk.objects.filter(store=store)[0].customer_id

    assert churn_for_viewer(other_store, customer) is None
    assert risks_of(other_store, [customer]) == {}
