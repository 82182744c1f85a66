"""The learned risk of a moment gone by, and how long what was told is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.core import clock
from regard.predict.domain.churn.keeping import MOVES_KEPT, forget_old_moves
from regard.predict.domain.churn.past import ToldRisk, churn_told_by
from regard.predict.models import ChurnRiskChange, FittedModel
from tests.predict.churners import add_churn_model
from tests.score.people import NOW, days_ago, new_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(store):
    """Tells a customer's risk so many days ago; gives the model."""
    add_churn_model(store)
    model = FittedModel.objects.get(store=store)

    def tell(customer, *risks):
        for days, value in risks:
            ChurnRiskChange.objects.create(
                store=store, customer=customer, model=model, value=value, predicted_at=days_ago(days)
            )
        return model

    return tell


def test_the_risk_of_then_is_the_one_that_was_told(store, told):
    customer = new_customer(store)
    model = told(customer, (60, 20), (40, 55), (10, 80))
    assert churn_told_by(store, customer.pk, as_of=days_ago(30)) == ToldRisk(55.0, days_ago(40), model.pk)
    assert churn_told_by(store, customer.pk, as_of=days_ago(61)) is None
    assert churn_told_by(store, new_customer(store).pk, as_of=NOW) is None


def test_what_was_told_long_ago_is_forgotten_but_for_what_held_at_the_bound(store, other_store, told):
    customer, steady = new_customer(store), new_customer(store)
    bound = MOVES_KEPT / timedelta(days=1)
    told(customer, (bound + 9, 20), (bound + 1, 30), (bound - 1, 40))
    told(steady, (bound + 400, 10))
    with clock.set_to(NOW):
        assert forget_old_moves(other_store) == 0
        assert forget_old_moves(store) == 1
        assert forget_old_moves(store) == 0
    assert [float(row.value) for row in ChurnRiskChange.objects.order_by("value")] == [10, 30, 40]
