"""Scores, groups and weights from the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from regard.cli.main import main
from regard.core import clock
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.predicting import predict_all
from regard.predict.models import ChurnRisk
from regard.profile.models import Customer
from regard.score.domain.refresh import refresh_health
from tests.predict.churners import add_churn_model
from tests.score.people import days_ago, new_answer, new_customer, new_order

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    return CliRunner().invoke(main, ["score", *words, "--store", "acme"]).output


@pytest.fixture
def ada(store):
    customer = new_customer(store, "C-1")
    new_answer(customer, days_ago(9), 90.0)
    new_answer(customer, days_ago(9), 80.0, measure="csat", topic="product")
    refresh_health(store=store)


def test_all_scores_of_a_customer_are_told_with_reasons_and_groups(ada):
    lines = run("show", "C-1").splitlines()

    assert "Satisfaction index (CSI): 85.45 of 100, Champion, 55 % known" in lines
    assert "    49.1  Recommendation (NPS): One answer: 9 of 10." in lines
    assert "NPS group: Promoter" in lines


def test_programs_get_the_same_as_json(ada):
    told = json.loads(run("show", "C-1", "--json"))

    assert {score["name"]: score["value"] for score in told["scores"]}["csi"] == 85.45
    assert {
        "set_name": "csi_band",
        "set_label": "Satisfaction index (CSI)",
        "name": "champions",
        "label": "Champion",
    } in (told["groups"])


def test_the_churn_risk_in_use_is_told_and_by_what(ada, store):
    customer = Customer.objects.get(store=store)
    new_order(customer, clock.now() - timedelta(days=50))
    add_churn_model(store)
    predict_all(store, *churn_model_in_use(store))
    value = float(ChurnRisk.objects.get(customer=customer).value)

    assert f"Churn risk in use: {value:g} %, learned" in run("show", "C-1").splitlines()
    assert json.loads(run("show", "C-1", "--json"))["churn_in_use"] == {
        "value": value, "source": "learned", "days": 90,
    }  # fmt: skip


def test_a_customer_who_is_not_there_is_said(store):
    assert run("show", "nobody") == "Error: no customer 'nobody' in acme; name an e-mail or an id\n"


def test_weights_are_told_and_changed(store):
    assert run("weights").splitlines() == [
        "  30  nps", "  25  product", "  20  ease", "  15  delivery", "  10  purchase", "version 1",
    ]  # fmt: skip
    assert run("weights", "csi", "nps=40", "product=15").splitlines()[-1] == "version 2"
    assert run("weights", "csi", "nps=50") == "Error: Together they must be 100; these are 110.\n"
    assert "nps=40" in run("weights", "csi", "nps")
