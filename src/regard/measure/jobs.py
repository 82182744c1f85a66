from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core.models import Store
from regard.measure.domain.baselines import keep_baselines, stores_without_baselines


@app.periodic(cron="20 3 * * *")
@app.task(name="measure.keep_all_baselines")
def keep_all_baselines(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Once a day, since a month ends once a day at most."""
    _keep(Store.objects.all())


@app.periodic(cron="*/10 * * * *")
@app.task(name="measure.keep_first_baselines")
def keep_first_baselines(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Of stores that have none at all yet, soon after their history is in."""
    _keep(stores_without_baselines())


def _keep(stores: Iterable[Store]) -> None:
    for store in stores:
        lock = f"baselines:{store.pk}"
        with suppress(AlreadyEnqueued):
            keep_store_baselines.configure(lock=lock, queueing_lock=lock).defer(store_id=store.pk)


@app.task(name="measure.keep_store_baselines")
def keep_store_baselines(store_id: int) -> None:
    keep_baselines(Store.objects.get(pk=store_id))
