"""What belongs to the whole installation: nightly tidying, and jobs whose worker was killed."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from regard import pipeline
from regard.capture.models import ImportRun
from regard.core.domain.members import forget_old_invitations
from regard.profile.domain.import_undo import undo_import

UNTIL_DATABASE_IS_BACK = RetryStrategy(
    max_attempts=96, wait=60, retry_exceptions={OperationalError, InterfaceError}
)


@app.task(name="web.undo_import", retry=UNTIL_DATABASE_IS_BACK)
def undo_import_begun(run_id: int) -> None:
    """Take back an import whose undo somebody began; goes on where it was."""
    run = ImportRun.objects.select_related("store").get(pk=run_id)
    undo_import(run, stages=pipeline.STAGES)


@app.periodic(cron="50 3 * * *")
@app.task(name="web.clear_sessions")
def clear_sessions(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    SessionStore.clear_expired()


@app.periodic(cron="55 3 * * *")
@app.task(name="web.forget_invitations")
def forget_invitations(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_old_invitations()


@app.periodic(cron="* * * * *")
@app.task(name="web.take_up_stalled_jobs", queueing_lock="web.take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - see above
    """Begin anew what a worker was at when it was killed. All our jobs may be run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
