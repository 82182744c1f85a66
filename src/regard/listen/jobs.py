from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core.models import Store
from regard.listen.domain.finding_themes import find_store_themes


@app.periodic(cron="40 3 * * *")
@app.task(name="listen.find_all_themes")
def find_all_themes(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night; one job a store, one at a time."""
    for store in Store.objects.all():
        find_themes_soon(store)


def find_themes_soon(store: Store) -> None:
    """In the background, and not on top of a job of the store that still waits."""
    lock = f"listen.themes:{store.pk}"
    with suppress(AlreadyEnqueued):
        find_themes_of_store.configure(lock="listen.themes", queueing_lock=lock).defer(store_id=store.pk)


@app.task(name="listen.find_themes_of_store")
def find_themes_of_store(store_id: int) -> None:
    find_store_themes(Store.objects.get(pk=store_id))
