"""What nights do for predictions, and what is done soon after an import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.core import clock
from regard.core.models import Store
from regard.predict.jobs import (
    fit_first_models,
    predict_churn,
    predict_churn_of_all_stores,
    refresh_lifetime_of_all_stores,
    refresh_lifetime_of_store,
)
from regard.predict.models import ChurnRisk, FittedModel, LifetimeValue, ModelKind
from tests.predict.churners import add_churn_model
from tests.predict.store_history import fill_store
from tests.predict.test_first_fits import add_buyers, add_import
from tests.score.people import NOW, days_ago, new_customer, new_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def _work() -> list[tuple[str, int]]:
    """Do what was deferred, in the order of its names; a worker would do other rooms' work besides."""
    tasks = {task.name: task for task in (predict_churn, refresh_lifetime_of_store)}
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("task_name", "id")
    deferred = [(job.task_name, job.args["store_id"]) for job in waiting]
    for name, store_id in deferred:
        tasks[name](store_id=store_id)
    return deferred


def test_models_are_fitted_soon_after_an_import(store: Store) -> None:
    fill_store(store)
    add_buyers(store, 500)
    add_import(store, timedelta(minutes=1))
    for _time in range(2):  # who is waited for already is not asked for twice
        fit_first_models(timestamp=0)

    assert _work() == [("predict.churn", store.pk), ("predict.refresh_lifetime_of_store", store.pk)]
    assert FittedModel.objects.filter(store=store, kind=ModelKind.LIFETIME_VALUE, in_use=True).exists()
    assert LifetimeValue.objects.filter(store=store).count() == 700


def test_every_night_all_stores_are_told_anew(store: Store, other_store: Store) -> None:
    buyers = [new_customer(each) for each in (store, other_store)]
    for buyer in buyers:
        new_order(buyer, days_ago(20))
    add_churn_model(store)
    refresh_lifetime_of_all_stores(timestamp=0)
    predict_churn_of_all_stores(timestamp=0)

    assert sorted(_work()) == [
        (name, each.pk)
        for name in ("predict.churn", "predict.refresh_lifetime_of_store")
        for each in (store, other_store)
    ]
    assert {value.customer_id for value in LifetimeValue.objects.all()} == {buyer.pk for buyer in buyers}
    assert [risk.customer_id for risk in ChurnRisk.objects.all()] == [buyers[0].pk]
