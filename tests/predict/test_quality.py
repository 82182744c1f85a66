from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from regard.core import clock
from regard.core.registry import data_holders
from regard.predict.api.quality import _plain
from regard.predict.domain.churn.keeping import forget_risks
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.past import churn_told_by
from regard.predict.domain.churn.predicting import predict_all
from regard.predict.domain.churn.told import judge_told
from regard.predict.domain.quality import PREDICTIONS, qualities_for_viewer
from regard.predict.models import ChurnRiskChange, FittedModel
from regard.predict.pages.churn_panel import churn_cells
from regard.predict.pages.quality import _measured
from regard.profile.domain.segments.counting import count_segment
from regard.profile.models import Customer
from tests.predict.churners import add_churn_model
from tests.score.people import NOW, days_ago, new_customer, new_order

pytestmark = pytest.mark.django_db


def by_id(store):
    return {each.prediction.id: each for each in qualities_for_viewer(store)}


def test_every_prediction_is_listed_and_says_why_it_is_not_measured(store):
    found = by_id(store)

    assert len(found) == len(PREDICTIONS) == 15
    assert {each.state for each in found.values()} == {"told", "dormant"}
    assert all(each.prediction.why for each in found.values())
    assert {each.meets_target for each in found.values()} == {None}


def test_what_is_judged_is_named(store):
    found = by_id(store)
    named = {number: _plain(found[number])["judged_by"] for number in ("P1", "P2", "P10")}

    assert named == {"P1": "customers", "P2": "tickets", "P10": "visits"}
    with translation.override("de"):
        assert _plain(found["P10"])["judged_by"] == "Besuche"


def test_churn_is_held_against_its_target_by_the_last_model(store, other_store):
    model = add_churn_model(store)
    judged = model.card["held_out"]["judged"]["learned"]

    with CaptureQueriesContext(connection) as queries:
        churn = by_id(store)["P1"]

    assert len(queries) == 4
    assert (churn.state, churn.model, churn.n) == ("measured", model, 500)
    assert churn.shares["precision"] == judged["flagged"]["precision"]
    assert churn.meets_target == (judged["flagged"]["precision"] >= 0.89)
    assert by_id(other_store)["P1"].state == "dormant"


def test_where_signs_are_in_use_their_figures_are_told(store):
    """Of a model that did no better nothing stands as if it were told; whom nobody is flagged by is said."""
    model = add_churn_model(store)
    weighted = model.card["held_out"]["judged"]["weighted"]
    weighted["flagged"] |= {"n": 0, "precision": None, "recall": 0.0}
    FittedModel.objects.update(in_use=False, card=model.card)

    churn = by_id(store)["P1"]

    assert (churn.source, churn.n, churn.shares["accuracy"]) == (
        "signs",
        500,
        weighted["flagged"]["accuracy"],
    )
    assert churn.meets_target is None
    accuracy = f"{100 * weighted['flagged']['accuracy']:.1f}"
    assert _measured(churn) == (
        "By signs, since what was learned foresaw no better. It flagged nobody over 70 %. "
        f"Right about {accuracy} % of all customers."
    )


def test_in_use_it_is_told_in_percent(store):
    flagged = add_churn_model(store).card["held_out"]["judged"]["learned"]["flagged"]

    assert _measured(by_id(store)["P1"]).startswith(
        f"Of those flagged over 70 %, {100 * flagged['precision']:.1f} % left; it found "
    )


def test_programs_are_told_in_their_language(store):
    with translation.override("de"):
        told = {each.prediction.id: _plain(each) for each in qualities_for_viewer(store)}

    assert (told["P1"]["name"], told["P1"]["horizon"]) == ("Abwanderung", "90 Tage")
    assert "Needs" not in told["P2"]["why"]
    assert "reference" not in told["P1"]["target"]


def test_what_was_told_is_held_against_what_happened(store):
    """Told 100 days ago of three; the last that was told by 90 days ago counts, whatever was told since."""
    model = add_churn_model(store)
    stayed, left, back_late = (new_customer(store) for _ in range(3))
    for customer in (stayed, left, back_late):
        new_order(customer, days_ago(150))
    new_order(stayed, days_ago(40))
    for customer, told in ((stayed, (90, 20)), (left, (30, 80)), (back_late, (60, 75))):
        for value, days in zip(told, (120, 100), strict=True):
            tell(store, model, customer, value, days)
    tell(store, model, left, 10, 50)

    judged = judge_told(store, now=NOW, days=90)

    # Told 20 % and bought; told 80 and 75 % and did not.
    assert (judged.n, judged.auc) == (3, 1.0)
    assert judged.brier == pytest.approx((0.2**2 + 0.2**2 + 0.25**2) / 3)
    assert (judged.flagged.n, judged.flagged.precision) == (2, 1.0)
    assert judge_told(store, now=days_ago(60), days=90) is None


def test_only_what_was_told_counts_as_told(store):
    """Not after it was forgotten, not of who was merged since, and not by a window of another length."""
    other_window, model = add_churn_model(store, days=60), add_churn_model(store)
    told, forgotten, merged, elsewhere = (new_customer(store) for _ in range(4))
    for customer in (told, forgotten, merged, elsewhere):
        new_order(customer, days_ago(200))
        tell(store, other_window if customer is elsewhere else model, customer, 80, 150)
    tell(store, model, forgotten, None, 120)
    Customer.objects.filter(pk=merged.pk).update(merged_into=told)

    assert judge_told(store, now=NOW, days=90).n == 1
    assert judge_told(store, now=NOW, days=60).n == 1


def test_forgetting_is_noted(store):
    with clock.set_to(NOW):
        add_churn_model(store)
        new_order(customer := new_customer(store), days_ago(20))
        predict_all(store, *churn_model_in_use(store))
        forget_risks(store)

    changes = ChurnRiskChange.objects.filter(customer=customer).order_by("id")
    assert [change.value is None for change in changes] == [False, True]
    assert churn_told_by(store, customer.pk, as_of=NOW) is None
    assert data_holders.get("churn_predictions").export(store, customer.pk)["churn_risk_changes"][1:] == [
        {"value": None, "predicted_at": NOW.isoformat()}
    ]


def tell(store, model, customer, value, days):
    ChurnRiskChange.objects.create(
        store=store, customer=customer, model=model, value=value, predicted_at=days_ago(days)
    )


def test_segments_ask_for_the_learned_risk_and_lists_show_it(store):
    with clock.set_to(NOW):
        add_churn_model(store)
        for days in (2, 500):
            new_order(new_customer(store), NOW - timedelta(days=days))
        visitor = new_customer(store)
        predict_all(store, *churn_model_in_use(store))
        counts = [
            count_segment(store, f"churn_risk {asked}")
            for asked in ("> 70", "<= 70", "is known", "is not known")
        ]
        cells = churn_cells(store, [visitor.pk - 2, visitor.pk - 1, visitor.pk])

    assert counts == [1, 1, 2, 1]
    assert sorted(cells) == [visitor.pk - 2, visitor.pk - 1]
    assert "likely to leave" in cells[visitor.pk - 1]
    assert "likely to leave" not in cells[visitor.pk - 2]
