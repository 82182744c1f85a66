"""One churn risk: the one in use on the customer's page, in lists, in segments and in groups."""

from __future__ import annotations

import html
import math
import re

import pytest
from django.test import RequestFactory
from django.utils import translation

from regard.core import clock
from regard.core.registry import event_words, segment_fields
from regard.predict.domain.churn.inputs import INPUTS
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.predicting import predict_all
from regard.predict.domain.churn.telling import Contribution, churn_for_viewer
from regard.predict.models import ChurnRisk, ChurnRiskChange, FittedModel
from regard.predict.pages.churn_panel import churn_cells, render_churn
from regard.predict.pages.churn_words import SUBJECTS, told_of
from regard.profile.domain.segments.ask import customers_in_segment
from regard.score.domain.groups import groups_of
from regard.score.domain.refresh import refresh_health
from regard.score.models import Score
from regard.score.pages.scores_panel import render_scores
from tests.predict.churners import add_churn_model
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order
from tests.score.test_kinds import new_ticket, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving(store):
    """Ordered every 48 days until 126 days ago, and gives no sign that could be seen but that: 15 x 0.7 %."""
    customer = new_customer(store)
    for days in (222, 174, 126):
        new_order(customer, days_ago(days))
    seen(customer, days_ago(3))
    new_ticket(customer, days_ago(100), solved=days_ago(99))
    with clock.set_to(NOW):
        refresh_health(store=store)
        yield customer


def learned(store):
    add_churn_model(store)
    predict_all(store, *churn_model_in_use(store))


def panel(customer, draw=render_churn):
    request = RequestFactory().get("/")
    request.store = customer.store
    text = html.unescape(re.sub(r"<[^>]+>", " ", draw(request, customer.store, customer.pk)))
    return re.sub(r"\s+", " ", text)


def asked(store, text):
    return [row.pk for row in customers_in_segment(store=store, text=text, limit=100).rows]


def test_the_learned_risk_is_told_with_the_other_in_a_sentence(leaving):
    learned(leaving.store)
    risk = churn_for_viewer(leaving.store, leaving.pk)

    said = panel(leaving)

    assert "Churn risk learned from what customers did; that no purchase follows within 90 days" in said
    assert f"The model {math.floor(risk.value)} %" in said
    assert "By signs alone, which foresaw less in the past, it would be 10 %." in said
    assert "126 days since the last order; usual gap 48" in said
    assert "1 thing is not known Reviews Not known; " in said
    assert ": 1.0" not in said


def test_without_a_model_the_risk_by_signs_is_told(leaving):
    said = panel(leaving)

    assert "Churn risk by signs; that no purchase follows within 90 days 10 %" in said
    assert "Few signs" in said
    assert "No learned risk is in use: no model has foreseen better yet" in said
    assert (
        "Pattern of purchases +10 points The last order was 126 days ago, though one came every 48 days."
        in said
    )


def test_it_is_told_in_one_panel(leaving):
    new_answer(leaving, days_ago(9), 90.0)
    new_answer(leaving, days_ago(9), 80.0, measure="csat", topic="product")
    refresh_health(store=leaving.store)
    learned(leaving.store)

    assert "Churn" not in panel(leaving, render_scores)
    assert "CSI" in panel(leaving, render_scores)


def test_numbers_are_written_as_the_reader_does(leaving):
    learned(leaving.store)
    with translation.override("de"):
        told = told_of(
            [Contribution("orders_a_year", "", 5.25, 1.0), Contribution("orders", "", 3.0, 1.0)], "EUR"
        )

    assert "5,2" in told[0].sentence


def test_nobody_who_bought_nothing_has_a_panel(store):
    learned(store)

    assert panel(new_customer(store)).strip() == ""


def test_points_of_subjects_add_up_to_those_of_inputs(leaving):
    learned(leaving.store)
    risk = churn_for_viewer(leaving.store, leaving.pk)
    told = told_of(risk.contributions, "EUR")

    assert risk.base + sum(each.points for each in told) == pytest.approx(risk.value, abs=0.051)
    named = [name for subject in SUBJECTS for name in subject.inputs]
    assert sorted(named) == sorted(INPUTS)


@pytest.mark.parametrize("value", [0.0, 1.0, 37.5])
def test_every_input_has_its_words(value):
    everything = [Contribution(name, "", value, 1.0) for name in INPUTS]
    told = told_of(everything, "EUR")

    assert all(each.sentence for each in told)
    assert all(
        each.sentence == "" for each in told_of([Contribution(name, "", None, 1.0) for name in INPUTS], "EUR")
    )


def test_segments_groups_and_lists_go_by_the_risk_in_use(leaving):
    store = leaving.store
    newcomer = new_customer(store)
    new_order(newcomer, days_ago(2))
    before = (asked(store, "churn_risk < 12"), asked(store, 'routing_value = "at_risk"'))
    learned(store)
    ChurnRisk.objects.filter(customer=leaving).update(value=81)

    after = (asked(store, "churn_risk > 80"), asked(store, 'routing_value = "at_risk"'))
    groups = {group.set_name: group.name for group in groups_of(store, leaving.pk)}
    cells = churn_cells(store, [leaving.pk])

    assert before == ([leaving.pk], [])
    assert after == ([leaving.pk], [leaving.pk])
    assert (groups["routing_value"], groups["churn_band"]) == ("at_risk", "low")
    assert "81" in cells[leaving.pk]
    assert "The model 81 %" in panel(leaving)
    assert churn_for_viewer(store, leaving.pk).value == 81


def test_a_risk_is_rounded_down_everywhere(leaving):
    learned(leaving.store)
    ChurnRisk.objects.update(value=70.6)
    change = ChurnRiskChange.objects.get(customer=leaving)
    ChurnRiskChange.objects.create(
        store=leaving.store, customer=leaving, model=change.model, value=70.6, predicted_at=NOW
    )

    said = panel(leaving)

    assert "The model 70 % Likely to leave" in said
    assert re.search(r"Foreseen so far: .*: 70 %", said)
    assert re.search(r"\b70 ", churn_cells(leaving.store, [leaving.pk])[leaving.pk])
    fact = {"value": 70.6, "previous_value": 69.9, "is_above": True}
    assert event_words.get("ChurnRiskCrossed")(fact) == "The churn risk rose from 69 % to 70 %"


def test_by_signs_the_same_is_told_to_programs(leaving):
    risk = churn_for_viewer(leaving.store, leaving.pk)

    assert (risk.source, risk.value, risk.base, risk.model) == ("signs", 10.5, 0.0, None)
    assert sum(each.points for each in risk.contributions) == pytest.approx(10.5)
    assert not risk.is_flagged
    learned(leaving.store)
    after = churn_for_viewer(leaving.store, leaving.pk)
    assert (after.source, after.weighted) == ("learned", 10.5)


def test_who_is_new_since_the_night_is_told_by_signs(leaving):
    learned(leaving.store)
    ChurnRisk.objects.all().delete()

    assert asked(leaving.store, "churn_risk < 12") == [leaving.pk]
    assert "Few signs" in churn_cells(leaving.store, [leaving.pk])[leaving.pk]


def test_what_signs_know_too_little_of_is_no_risk_in_use(store):
    customer = new_customer(store)
    new_order(customer, days_ago(20))
    with clock.set_to(NOW):
        refresh_health(store=store)

    assert asked(store, "churn_risk is known") == []
    assert not Score.objects.filter(name="churn").exists()
    assert not FittedModel.objects.exists()
    assert segment_fields.get("churn_risk").unit == "percent"
