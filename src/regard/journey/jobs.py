from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.models import Store
from regard.journey.domain.dates import enter_by_date
from regard.journey.domain.keeping import forget_old_checks
from regard.journey.domain.programs import running_journeys
from regard.journey.domain.segment_starts import enter_by_segment


@app.periodic(cron="12 * * * *")
@app.task(name="journey.look_at_time")
def look_at_time_every_hour(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Time alone brings days, and moves customers in and out of segments; one job a store."""
    for store_id in Store.objects.values_list("id", flat=True):
        look_at_time_of_store.configure(lock=f"journey.time:{store_id}").defer(store_id=store_id)


@app.task(name="journey.look_at_time_of_store")
def look_at_time_of_store(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    enter_by_date(store)
    enter_by_segment(store, running_journeys(store_id), None)


@app.periodic(cron="40 4 * * *")
@app.task(name="journey.forget_old_checks")
def forget_old_checks_every_night(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_old_checks()
