from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.models import Store
from regard.task.domain.overdue import stores_with_overdue_tasks, tell_overdue


@app.periodic(cron="*/5 * * * *")
@app.task(name="task.tell_overdue", queueing_lock="task.tell_overdue")
def tell_overdue_every_five_minutes(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Of tasks whose time has passed, those who lead their stores are told."""
    for store in Store.objects.filter(pk__in=stores_with_overdue_tasks()).order_by("pk"):
        tell_overdue(store)
