from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.desk.domain.closing_the_loop import tell_all_waiting
from regard.desk.domain.escalations import refresh_all_risks
from regard.desk.domain.feedback_items import recount_all


@app.periodic(cron="45 * * * *")
@app.task(name="desk.refresh_risks_of_all_stores")
def refresh_risks_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Risks of escalation, which time alone changes."""
    defer_for_each(Store.objects.all(), refresh_risks_of_store)


@app.task(name="desk.refresh_risks_of_store")
def refresh_risks_of_store(store_id: int) -> None:
    refresh_all_risks(Store.objects.get(pk=store_id))


@app.periodic(cron="25 * * * *")
@app.task(name="desk.recount_feedback_of_all_stores")
def recount_feedback_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - the same
    """What stands behind feedback items: new texts of their themes."""
    defer_for_each(Store.objects.all(), recount_feedback_of_store)


@app.task(name="desk.recount_feedback_of_store")
def recount_feedback_of_store(store_id: int) -> None:
    recount_all(Store.objects.get(pk=store_id))


@app.periodic(cron="* * * * *")
@app.task(name="desk.tell_every_minute", queueing_lock="desk.tell_every_minute", lock="desk.tell")
def tell_every_minute(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Supporters who wait to be told, also after a worker was stopped."""
    tell_all_waiting()


@app.task(name="desk.tell_supporters", lock="desk.tell")
def tell_supporters_now() -> None:
    """At once after somebody asked for it."""
    tell_all_waiting()
