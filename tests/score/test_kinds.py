"""Scores beside health: their formulas by hand, their bounds, and that they are kept like health."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, append_events, key_of
from regard.capture.models import Event
from regard.desk.models import Ticket
from regard.profile.models import CustomerEvent, Identity, IdentityKind
from regard.score.domain.causes import Cause
from regard.score.domain.churn.risk import churn_of
from regard.score.domain.churn.signals import CATEGORIES, SIGNS
from regard.score.domain.columns import chosen_rows
from regard.score.domain.computing import compute, features_as_of
from regard.score.domain.csi.index import WEIGHTS, CsiBand, csi_of
from regard.score.domain.features import features_of
from regard.score.domain.inputs import moment
from regard.score.domain.kinds import score_kinds, scores_in_columns
from regard.score.domain.refresh import refresh_health
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.tuned import TunedWeights
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures, Score, ScoreChange
from tests.score.people import (
    NOW,
    days_ago,
    identity_of,
    new_answer,
    new_customer,
    new_order,
    new_review,
)
from tests.score.test_columns import columns_of, some_facts

pytestmark = pytest.mark.django_db


AT = datetime(2026, 11, 1, tzinfo=UTC)


def kept(customer, name):
    score = Score.objects.get(name=name, subject_id=customer.pk)
    return score.value, score.band, score.coverage


def changed(name):
    """What the facts about this score tell."""
    facts = Event.objects.filter(name="ScoreChanged").order_by("id")
    return [fact.body for fact in facts if fact.body["score"] == name]


def new_ticket(customer, opened, *, solved=None, escalated=None):
    number = Ticket.objects.count()
    return Ticket.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=f"t{number}", opened_at=opened,
        solved_at=solved, escalated_at=escalated, described_at=opened, event_id=0, history=True,
    )  # fmt: skip


def seen(customer, at):
    """A browser of the customer's, seen last at this time."""
    browser = {"store": customer.store, "kind": IdentityKind.ANONYMOUS_ID, "value": f"browser-{customer.pk}"}
    told = {"customer": customer, "first_seen_at": days_ago(90), "last_seen_at": at}
    Identity.objects.update_or_create(**browser, defaults=told)


def logged(store, *, received_at, occurred_at=None, anonymous_id=None):
    """A live event of the log; gives its id."""
    key = key_of(f"{received_at}{occurred_at}{anonymous_id}")
    row = NewEvent(
        store.pk,
        received_at,
        occurred_at or received_at,
        None,
        key,
        False,
        "page",
        "",
        None,
        anonymous_id,
        b"{}",
    )
    with connection.cursor() as cursor:
        append_events(cursor, [row], horizon=received_at - REPEAT_HORIZON)
    return Event.objects.filter(store=store).latest("id").id


def visit(customer, at, *, received_at=None):
    """A page that somebody known looked at in a browser."""
    event_id = logged(customer.store, received_at=received_at or at, occurred_at=at, anonymous_id="b")
    CustomerEvent.objects.create(
        store=customer.store, event_id=event_id, identity=identity_of(customer), occurred_at=at
    )


def test_the_specification_s_champion(store):
    """NPS 9, product 4.5 of 5, effort 2.1 of 7, delivery 4 of 5, purchase 5 of 5:
    0.30 x 90 + 0.25 x 87.5 + 0.20 x 81.667 + 0.15 x 75 + 0.10 x 100 = 86.46."""
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 90.0)
    new_answer(customer, days_ago(8), 87.5, measure="csat", topic="product")
    new_answer(customer, days_ago(7), (7 - 2.1) / 6 * 100, measure="ces", topic="support")
    new_answer(customer, days_ago(6), 75.0, measure="csat", topic="delivery")
    new_answer(customer, days_ago(5), 100.0, measure="csat", topic="purchase")

    refresh_health(store=store, customer_ids=[customer.pk], cause=Cause(7))

    assert kept(customer, "csi") == (Decimal("86.46"), "csi:champions", 100)
    assert [(told["band"], told["value"]) for told in changed("csi")] == [("csi:champions", 86.46)]


def test_the_specification_s_neutral_customer(store):
    """NPS 4, product 3 of 5, effort 5 of 7: (12 + 12.5 + 6.667) / 0.75 = 41.56, three quarters known."""
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 40.0)
    new_answer(customer, days_ago(8), 50.0, measure="csat", topic="product")
    new_answer(customer, days_ago(7), (7 - 5) / 6 * 100, measure="ces", topic="support")

    refresh_health(store=store, customer_ids=[customer.pk])

    assert kept(customer, "csi") == (Decimal("41.56"), "csi:neutral", 75)


def test_a_move_of_the_index_is_a_fact_and_in_the_history(store):
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 90.0)
    new_answer(customer, days_ago(9), 80.0, measure="csat", topic="product")
    refresh_health(store=store)
    new_answer(customer, days_ago(1), 0.0, measure="ces", topic="support")

    refresh_health(store=store, customer_ids=[customer.pk], cause=Cause(7))

    [told] = changed("csi")
    assert (told["previous_band"], told["band"]) == ("csi:champions", "csi:satisfied")
    bands = ScoreChange.objects.filter(name="csi", subject_id=customer.pk).order_by("id")
    assert list(bands.values_list("band", flat=True)) == ["csi:champions", "csi:satisfied"]


def test_somebody_who_said_nothing_has_no_index_and_who_bought_nothing_no_risk(store):
    buyer, speaker = new_customer(store), new_customer(store)
    for days in (20, 10):
        new_order(buyer, days_ago(days))
    seen(buyer, days_ago(5))
    new_ticket(buyer, days_ago(20), solved=days_ago(19))
    new_answer(speaker, days_ago(5), 80.0)
    new_review(speaker, days_ago(5), 4)

    refresh_health(store=store)

    named = Score.objects.filter(name__in=["csi", "churn"]).values_list("subject_id", "name")
    assert set(named) == {(buyer.pk, "churn"), (speaker.pk, "csi")}


def test_of_whom_less_than_half_is_known_only_health_and_early_signs_are_kept(store):
    """A review and its order: 25 % of the index, 20 % of the signs of leaving, two of five early signs."""
    customer = new_customer(store)
    new_order(customer, days_ago(20))
    new_review(customer, days_ago(5), 5)

    refresh_health(store=store)

    for kept_of in (Score, ScoreChange):
        names = kept_of.objects.order_by("name").values_list("name", flat=True)
        assert list(names) == ["early_value", "health"]


def test_a_score_that_lost_its_verdict_stays_and_says_so(store):
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 90.0)
    review = new_review(customer, days_ago(5), 5)
    refresh_health(store=store)
    review.delete()

    refresh_health(store=store, customer_ids=[customer.pk])

    assert kept(customer, "csi")[1:] == ("csi:not_enough_data", 30)


def test_who_only_visits_has_no_row(store):
    visitor, buyer = new_customer(store), new_customer(store)
    new_order(buyer, days_ago(5))
    for one in (visitor, buyer):
        seen(one, days_ago(2))

    refresh_health(store=store)
    refresh_health(store=store, customer_ids=[visitor.pk, buyer.pk])

    assert list(CustomerFeatures.objects.values_list("customer_id", flat=True)) == [buyer.pk]
    assert features_as_of(store, NOW, np.array([visitor.pk])).customer_id.tolist() == []


def falling(store):
    """NPS 9 and then 4, the last satisfaction 3 of 5; seen forty days ago."""
    customer = new_customer(store)
    new_order(customer, days_ago(60))
    new_answer(customer, days_ago(50), 90.0)
    new_answer(customer, days_ago(45), 40.0)
    new_answer(customer, days_ago(44), 50.0, measure="csat", topic="product")
    seen(customer, days_ago(40))
    return customer


def test_the_specification_s_churn_risk(store):
    """Satisfaction has two signs, 35 x 1.0; behaviour one, 25 x 0.7: 52.5. With an escalated and an unresolved
    ticket 20 x 1.0 more: 72.5, over the line."""
    customer = falling(store)
    refresh_health(store=store)
    assert kept(customer, "churn") == (Decimal("52.50"), "churn:watched", 60)

    new_ticket(customer, days_ago(9), solved=days_ago(8), escalated=days_ago(9))
    new_ticket(customer, days_ago(4))
    refresh_health(store=store, customer_ids=[customer.pk], cause=Cause(7))

    assert kept(customer, "churn") == (Decimal("72.50"), "churn:at_risk", 80)
    assert [told["previous_band"] for told in changed("churn")] == ["churn:watched"]


@pytest.mark.parametrize(
    ("make", "category", "severity"),
    [
        (lambda one: seen(one, days_ago(29)), "behaviour", 0),
        (lambda one: seen(one, days_ago(31)), "behaviour", 0.7),
        (lambda one: new_ticket(one, days_ago(3)), "support", 0),
        (lambda one: new_ticket(one, days_ago(3.1)), "support", 0.7),
        (lambda one: new_ticket(one, days_ago(91), solved=NOW, escalated=days_ago(91)), "support", 0),
        (lambda one: new_ticket(one, days_ago(89), solved=NOW, escalated=days_ago(89)), "support", 0.7),
        (lambda one: [new_ticket(one, days_ago(d), solved=NOW) for d in (31, 1)], "support", 0),
        (lambda one: [new_ticket(one, days_ago(d), solved=NOW) for d in (30, 1)], "support", 0.7),
        (lambda one: new_order(one, days_ago(30), total=4_000), "purchases", 0),
        (lambda one: new_order(one, days_ago(30), total=3_999), "purchases", 0.7),
        (lambda one: new_review(one, days_ago(1), 3), "external", 0),
        (lambda one: new_review(one, days_ago(1), 2), "external", 0.7),
        (lambda one: new_answer(one, days_ago(1), 62.5, measure="csat"), "satisfaction", 0),
        (lambda one: new_answer(one, days_ago(1), 62.4, measure="csat"), "satisfaction", 0.7),
        (lambda one: [new_answer(one, days_ago(d), s) for d, s in ((2, 80), (1, 60))], "satisfaction", 0),
        (lambda one: [new_answer(one, days_ago(d), s) for d, s in ((2, 80), (1, 50))], "satisfaction", 0.7),
    ],
)
def test_each_sign_at_its_bound(store, make, category, severity):
    customer = new_customer(store)
    new_order(customer, days_ago(60))
    make(customer)

    risk = compute(View(store, NOW, ExpectedGap(90, "default")), np.array([customer.pk])).scores["churn"]

    weights = {"satisfaction": 35, "behaviour": 25, "support": 20, "purchases": 15, "external": 5}
    assert (risk.value[0], risk.coverage[0]) == (
        pytest.approx(severity * weights[category]),
        weights[category],
    )


def test_an_own_rhythm_that_is_overdue_is_a_sign(store):
    """Every ten days, and nothing for more than fifteen."""
    customer = new_customer(store)
    for days in (36, 26, 16):
        new_order(customer, days_ago(days))
    features = features_as_of(store, NOW, np.array([customer.pk]))

    assert churn_of(features, NOW).inputs[0][SIGNS.index("order_gap")] == 1
    assert churn_of(features, NOW - timedelta(days=2)).inputs[0][SIGNS.index("order_gap")] == 0


def test_the_past_does_not_look_ahead(store):
    """What occurs later, and what is received later, changes nothing of what was known."""
    customer = falling(store)
    then = NOW - timedelta(days=1)
    before = features_as_of(store, then, np.array([customer.pk]))

    new_order(customer, NOW, total=1)
    new_review(customer, NOW, 1)
    new_answer(customer, NOW, 0.0)
    new_ticket(customer, NOW, escalated=NOW)
    new_review(customer, days_ago(30), 1, event_id=logged(store, received_at=NOW), history=False)
    seen(customer, NOW)
    visit(customer, days_ago(2), received_at=NOW)

    after = features_as_of(store, then, np.array([customer.pk]))
    for (name, one), (_name, other) in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)


def scored(told, customers):
    view = View(None, AT, ExpectedGap(90, "default"))
    view.__dict__["tuned"] = {}
    return scores_in_columns(features_of(columns_of(told), customers), view)


def test_a_visit_of_the_past_is_the_last_one_by_then(store):
    customer = new_customer(store)
    new_order(customer, days_ago(60))
    visit(customer, days_ago(40))
    visit(customer, days_ago(3))

    for days, seen_days in ((1, 3), (10, 40)):
        then = features_as_of(store, days_ago(days), np.array([customer.pk]))
        assert then.last_visit_at[0] == moment(days_ago(seen_days))
    assert np.isnat(features_as_of(store, days_ago(50), (customer.pk, customer.pk)).last_visit_at[0])


@settings(deadline=None, max_examples=60)
@given(some_facts, st.randoms())
def test_every_score_keeps_its_bounds_whatever_the_order_of_facts(told, random):
    customers = np.arange(1, 5)
    found = scored(told, customers)
    again = scored(random.sample(told, len(told)), customers)

    for kind in score_kinds:
        one, other = found[kind.name], again[kind.name]
        known = one.value[~np.isnan(one.value)]
        assert ((known >= 0) & (known <= kind.most)).all(), kind.name
        assert ((one.band >= 0) & (one.band < len(kind.names))).all()
        assert ((one.coverage >= 0) & (one.coverage <= 100)).all()
        assert (np.isnan(one.value) == (one.coverage == 0)).all()
        assert one.inputs.shape == (4, len(kind.inputs))
        np.testing.assert_allclose(one.value, other.value)
        np.testing.assert_array_equal(one.band, other.band)


known_inputs = st.lists(st.none() | st.floats(0, 100), min_size=5, max_size=5)


def index_of(values, weights=None):
    empty = features_of(columns_of([]), np.array([1]))
    known = zip(WEIGHTS, values, strict=True)
    columns = {f"{name}_mean": np.array([np.nan if value is None else value]) for name, value in known}
    return csi_of(type(empty)(**(dict(empty) | columns)), weights)


@settings(deadline=None)
@given(known_inputs, st.integers(0, 4), st.floats(0, 100))
def test_the_index_never_falls_when_something_said_is_better(values, place, better):
    if values[place] is None or better < values[place]:
        return
    improved = [*values[:place], better, *values[place + 1 :]]

    assert index_of(improved).value[0] >= index_of(values).value[0]


@settings(deadline=None)
@given(known_inputs)
def test_the_index_is_the_mean_of_what_is_known_by_its_weights(values):
    known = [
        (value, weight) for value, weight in zip(values, WEIGHTS.values(), strict=True) if value is not None
    ]
    found = index_of(values)

    assert found.coverage[0] == sum(weight for _value, weight in known)
    if known:
        mean = sum(v * w for v, w in known) / sum(w for _v, w in known)
        assert found.value[0] == pytest.approx(mean, abs=0.0051)


def test_bands_of_the_index_are_half_open():
    names = list(CsiBand)
    bounds = {"champions": (100, 80), "satisfied": (79.99, 60), "neutral": (59.99, 40)}
    bounds |= {"at_risk": (39.99, 20), "detractors": (19.99, 0)}
    for band, value in ((band, value) for band, ends in bounds.items() for value in ends):
        found = index_of([value] * 5)
        assert names[found.band[0]].value == f"csi:{band}"
    assert names[index_of([90, None, None, None, 90]).band[0]] == CsiBand.NOT_ENOUGH_DATA


def test_a_store_s_own_weights_count():
    own = TunedWeights(2, {"nps": 100, "product": 0, "ease": 0, "delivery": 0, "purchase": 0})
    found = index_of([90, 10, None, None, None], own)

    assert (found.value[0], found.coverage[0], found.version) == (90, 100, 2)
    assert np.isnan(index_of([None, 10, None, None, None], own).value[0])


@settings(deadline=None, max_examples=60)
@given(some_facts)
def test_another_sign_never_lowers_a_risk(told):
    features = features_of(columns_of(told), np.arange(1, 5))
    as_of = AT
    risk = churn_of(features, as_of)
    worse = type(features)(
        **(dict(features) | {"reviews": features.reviews + 1, "last_rating": np.full(4, 1.0)})
    )

    one, other = np.nan_to_num(risk.value), np.nan_to_num(churn_of(worse, as_of).value)
    assert (other >= one).all()
    assert set(CATEGORIES) == {"satisfaction", "behaviour", "support", "purchases", "external"}


def test_customers_are_scored_alone_as_together():
    told = [(n, 5, NOW - timedelta(days=n), n, 25.0 * n, 0) for n in (1, 2, 3)]
    together = scored(told, np.array([1, 2, 3]))
    alone = scored(told, np.array([2]))

    for kind in score_kinds:
        np.testing.assert_array_equal(chosen_rows(together[kind.name], [1]).value, alone[kind.name].value)
