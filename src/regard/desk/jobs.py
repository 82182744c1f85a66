from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core.models import Store
from regard.desk.domain.escalations import refresh_all_risks


@app.periodic(cron="45 * * * *")
@app.task(name="desk.refresh_risks_of_all_stores")
def refresh_risks_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Risks of escalation, which time alone changes; one job a store, none on top of one that waits."""
    for store_id in Store.objects.values_list("id", flat=True):
        lock = f"desk.risks:{store_id}"
        with suppress(AlreadyEnqueued):
            refresh_risks_of_store.configure(lock=lock, queueing_lock=lock).defer(store_id=store_id)


@app.task(name="desk.refresh_risks_of_store")
def refresh_risks_of_store(store_id: int) -> None:
    refresh_all_risks(Store.objects.get(pk=store_id))
