from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.models import Store
from regard.survey.domain.anonymity import cut_ties
from regard.survey.domain.reminding import expire, note_unsent, remind, stores_with_due_reminders


@app.periodic(cron="*/10 * * * *")
@app.task(name="survey.remind", queueing_lock="survey.remind")
def remind_every_ten_minutes(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """What never left was not asked, what is over is closed, and whoever has not answered is asked once more."""
    note_unsent()
    expire()
    for store in Store.objects.filter(pk__in=stores_with_due_reminders()).order_by("pk"):
        remind(store)


@app.periodic(cron="20 3 * * *")
@app.task(name="survey.cut_ties", queueing_lock="survey.cut_ties")
def cut_ties_every_night(timestamp: int) -> None:  # noqa: ARG001 - the same
    """So that no transaction leads from an anonymous answer to whoever was invited."""
    cut_ties()
