from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.measure.domain.baselines import keep_baselines, stores_without_baselines


@app.periodic(cron="20 3 * * *")
@app.task(name="measure.keep_all_baselines")
def keep_all_baselines(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Once a day, since a month ends once a day at most."""
    defer_for_each(Store.objects.all(), keep_store_baselines)


@app.periodic(cron="*/10 * * * *")
@app.task(name="measure.keep_first_baselines")
def keep_first_baselines(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Of stores that have none at all yet, soon after their history is in."""
    defer_for_each(stores_without_baselines(), keep_store_baselines)


@app.task(name="measure.keep_store_baselines")
def keep_store_baselines(store_id: int) -> None:
    keep_baselines(Store.objects.get(pk=store_id))
