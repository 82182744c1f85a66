from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.lake.domain.refresh import has_changes, refresh_lake


@app.periodic(cron="* * * * *")
@app.task(name="lake.refresh_all_stores")
def refresh_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """So that the lake is a minute behind at most."""
    defer_for_each(filter(has_changes, Store.objects.all()), refresh_store)


@app.task(name="lake.refresh_store")
def refresh_store(store_id: int) -> None:
    refresh_lake(Store.objects.get(pk=store_id))
