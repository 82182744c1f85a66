"""What belongs to the whole installation: nightly tidying, and jobs whose worker was killed."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from regard import pipeline
from regard.capture.domain.imports.uploads import IMPORTS
from regard.capture.jobs import UNTIL_FREE
from regard.capture.models import ImportRun
from regard.core.domain.account_mails import (
    MOST_ATTEMPTS,
    forget_failed_account_mails,
    give_up_lost_account_mails,
)
from regard.core.domain.members import forget_old_invitations
from regard.profile.domain.import_undo import undo_import
from regard.web.mail import MailFailed, deliver_account_mail

# After 5 s, 25 s, 2, 10 and 50 minutes, and 4 hours.
WHILE_MAIL_FAILS = RetryStrategy(
    max_attempts=MOST_ATTEMPTS,
    exponential_wait=5,
    retry_exceptions={MailFailed, OperationalError, InterfaceError},
)


@app.task(name="web.undo_import", queue=IMPORTS, retry=UNTIL_FREE)
def undo_import_begun(run_id: int) -> None:
    """Take back an import whose undo somebody began; goes on where it was."""
    run = ImportRun.objects.select_related("store").get(pk=run_id)
    undo_import(run, stages=pipeline.STAGES)


@app.task(name="web.send_account_mail", retry=WHILE_MAIL_FAILS)
def send_account_mail(mail_id: int) -> None:
    """An invitation, or the link to a new password."""
    deliver_account_mail(mail_id)


@app.periodic(cron="50 3 * * *")
@app.task(name="web.clear_sessions")
def clear_sessions(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    SessionStore.clear_expired()


@app.periodic(cron="55 3 * * *")
@app.task(name="web.forget_invitations")
def forget_invitations(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_old_invitations()
    give_up_lost_account_mails()
    forget_failed_account_mails()


@app.periodic(cron="* * * * *")
@app.task(name="web.take_up_stalled_jobs", queueing_lock="web.take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - see above
    """Begin anew what a worker was at when it was killed. All our jobs may be run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
