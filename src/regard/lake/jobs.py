from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core.models import Store
from regard.lake.domain.refresh import has_changes, refresh_lake


@app.periodic(cron="* * * * *")
@app.task(name="lake.refresh_all_stores")
def refresh_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """So that the lake is a minute behind at most; one job a store, and none on top of one that still waits."""
    for store in Store.objects.all():
        lock = f"lake:{store.pk}"
        if has_changes(store):
            with suppress(AlreadyEnqueued):
                refresh_store.configure(lock=lock, queueing_lock=lock).defer(store_id=store.pk)


@app.task(name="lake.refresh_store")
def refresh_store(store_id: int) -> None:
    refresh_lake(Store.objects.get(pk=store_id))
