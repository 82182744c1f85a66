from __future__ import annotations

from procrastinate.contrib.django import app

from regard.act.domain.evaluations import forget_old_evaluations


@app.periodic(cron="50 3 * * *")
@app.task(name="act.forget_old_evaluations")
def forget_evaluations_every_night(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """What was checked longer ago than it is kept for."""
    forget_old_evaluations()
