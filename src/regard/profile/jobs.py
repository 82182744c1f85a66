from __future__ import annotations

from procrastinate.contrib.django import app

from regard.profile.domain.notes import forget_removed_notes
from regard.profile.domain.timeline import forget_expired_events
from regard.profile.domain.visits.personal_data import forget_steps


@app.periodic(cron="40 3 * * *")
@app.task(name="profile.forget_expired_events")
def forget_events_every_night(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """After capture has expired its events."""
    forget_expired_events()
    forget_steps()


@app.periodic(cron="45 3 * * *")
@app.task(name="profile.forget_removed_notes")
def forget_notes_every_night(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_removed_notes()
