from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.models import Store
from regard.measure.domain.baselines import keep_baselines


@app.periodic(cron="20 3 * * *")
@app.task(name="measure.keep_all_baselines")
def keep_all_baselines(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Once a day, since a month ends once a day at most."""
    for store in Store.objects.all():
        keep_store_baselines.configure(lock=f"baselines:{store.pk}").defer(store_id=store.pk)


@app.task(name="measure.keep_store_baselines")
def keep_store_baselines(store_id: int) -> None:
    keep_baselines(Store.objects.get(pk=store_id))
