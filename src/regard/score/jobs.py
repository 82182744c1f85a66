from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.models import Store
from regard.score.domain.refresh import refresh_health
from regard.score.domain.stale import refresh_stale


@app.periodic(cron="20 2 * * *")
@app.task(name="score.refresh_all_stores")
def refresh_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, since time alone changes scores; one job a store, so that none holds up another."""
    for store_id in Store.objects.values_list("id", flat=True):
        refresh_store.configure(lock=f"score.health:{store_id}").defer(store_id=store_id)


@app.task(name="score.refresh_store")
def refresh_store(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    refresh_stale(store)
    refresh_health(store=store)
