from __future__ import annotations

from procrastinate.contrib.django import app

from regard.act.domain.bursts import stores_with_gathered_due, tell_gathered_due
from regard.act.domain.digests import make_due_digests
from regard.act.domain.escalating import escalate_overdue, stores_with_overdue_alerts
from regard.act.domain.evaluations import forget_old_evaluations
from regard.act.domain.returned_mail import read_returned_mail
from regard.act.domain.sleeping import stores_with_sleepers_due, wake_due
from regard.core.config import config
from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store


@app.periodic(cron="50 3 * * *")
@app.task(name="act.forget_old_evaluations")
def forget_evaluations_every_night(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """What was checked longer ago than it is kept for."""
    forget_old_evaluations()


@app.periodic(cron="5 * * * *")
@app.task(name="act.make_digests")
def make_digests_every_hour(timestamp: int) -> None:  # noqa: ARG001 - see above
    """It is eight o'clock somewhere; one job a store, so that none holds up another."""
    defer_for_each(Store.objects.all(), make_digests_of_store)


@app.task(name="act.make_digests_of_store")
def make_digests_of_store(store_id: int) -> None:
    make_due_digests(Store.objects.get(pk=store_id))


@app.periodic(cron="* * * * *")
@app.task(
    name="act.read_returned_mail", queueing_lock="act.read_returned_mail", lock="act.read_returned_mail"
)
def read_returned_mail_every_minute(timestamp: int) -> None:  # noqa: ARG001 - see above
    """What bounced and was answered, where a mailbox for that is set; one reader at a time."""
    read_returned_mail(config())


@app.periodic(cron="*/5 * * * *")
@app.task(name="act.wake_alerts", queueing_lock="act.wake_alerts")
def wake_alerts_every_five_minutes(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Alerts whose sleep is over stand in the list again."""
    for store in Store.objects.filter(pk__in=stores_with_sleepers_due()).order_by("pk"):
        wake_due(store)


@app.periodic(cron="* * * * *")
@app.task(name="act.tell_gathered_alerts", queueing_lock="act.tell_gathered_alerts")
def tell_gathered_alerts_every_minute(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Critical alerts that came on top of others, in one message."""
    for store in Store.objects.filter(pk__in=stores_with_gathered_due()).order_by("pk"):
        tell_gathered_due(store)


@app.periodic(cron="* * * * *")
@app.task(name="act.escalate_alerts", queueing_lock="act.escalate_alerts")
def escalate_alerts_every_minute(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Of alerts that nobody handled in time, those who lead their stores are told, and whose they are."""
    for store in Store.objects.filter(pk__in=stores_with_overdue_alerts()).order_by("pk"):
        escalate_overdue(store)
