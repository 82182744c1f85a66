from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.predict.domain.churn.keeping import forget_old_moves, forget_risks
from regard.predict.domain.churn.learning import churn_model_in_use, is_due, learn_churn
from regard.predict.domain.churn.predicting import predict_all
from regard.predict.domain.first_fits import stores_to_fit_first

OF_LIFETIME, OF_CHURN = "predict.lifetime", "predict.churn"  # locks: each job takes much memory


@app.periodic(cron="10 3 * * *")
@app.task(name="predict.refresh_lifetime_of_all_stores")
def refresh_lifetime_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, since time alone changes what is to be expected."""
    defer_for_each(Store.objects.all(), refresh_lifetime_of_store, lock=OF_LIFETIME)


@app.task(name="predict.refresh_lifetime_of_store")
def refresh_lifetime_of_store(store_id: int) -> None:
    from regard.predict.domain.lifetime.nightly import (  # noqa: PLC0415 - brings scipy and ibis, two seconds
        refresh_lifetime,
    )

    refresh_lifetime(Store.objects.get(pk=store_id))


@app.periodic(cron="40 3 * * *")
@app.task(name="predict.churn_of_all_stores")
def predict_churn_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, after scores."""
    defer_for_each(Store.objects.all(), predict_churn, lock=OF_CHURN)


@app.task(name="predict.churn")
def predict_churn(store_id: int) -> None:
    """The risk of each customer by the model in use, after that was fitted anew, which is once a week.

    Where none is in use, none is told.
    """
    store = Store.objects.get(pk=store_id)
    if is_due(store):
        learn_churn(store)
    found = churn_model_in_use(store)
    if found is None:
        forget_risks(store)
    else:
        predict_all(store, *found)
    forget_old_moves(store)


@app.periodic(cron="*/5 * * * *")
@app.task(name="predict.fit_first_models")
def fit_first_models(timestamp: int) -> None:  # noqa: ARG001 - see above
    stores = stores_to_fit_first()
    defer_for_each(stores, refresh_lifetime_of_store, lock=OF_LIFETIME)
    defer_for_each(stores, predict_churn, lock=OF_CHURN)
