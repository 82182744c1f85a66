from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core.models import Store
from regard.predict.domain.churn.keeping import forget_old_moves, forget_risks
from regard.predict.domain.churn.learning import churn_model_in_use, is_due, learn_churn
from regard.predict.domain.churn.predicting import predict_all
from regard.predict.domain.first_fits import stores_to_fit_first


@app.periodic(cron="10 3 * * *")
@app.task(name="predict.refresh_lifetime_of_all_stores")
def refresh_lifetime_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, since time alone changes what is to be expected; one job a store, one at a time."""
    for store_id in Store.objects.values_list("id", flat=True):
        refresh_lifetime_of_store.configure(lock="predict.lifetime").defer(store_id=store_id)


@app.task(name="predict.refresh_lifetime_of_store")
def refresh_lifetime_of_store(store_id: int) -> None:
    from regard.predict.domain.lifetime.nightly import (  # noqa: PLC0415 - brings scipy and ibis, two seconds
        refresh_lifetime,
    )

    refresh_lifetime(Store.objects.get(pk=store_id))


@app.periodic(cron="40 3 * * *")
@app.task(name="predict.churn_of_all_stores")
def predict_churn_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, after scores; one job a store, one at a time: each takes much memory."""
    for store_id in Store.objects.values_list("id", flat=True):
        predict_churn.configure(lock="predict.churn").defer(store_id=store_id)


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
    for store in stores_to_fit_first():
        for job, lock in ((refresh_lifetime_of_store, "predict.lifetime"), (predict_churn, "predict.churn")):
            with suppress(AlreadyEnqueued):
                first = job.configure(lock=lock, queueing_lock=f"{lock}.first:{store.pk}")
                first.defer(store_id=store.pk)
