from __future__ import annotations

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from regard.capture.domain.imports.ageing import forget_old_files
from regard.capture.domain.imports.checking import CHECK_JOB, check_upload
from regard.capture.domain.imports.runs import RunBusyError
from regard.capture.domain.imports.uploads import IMPORT_JOB, IMPORTS, import_upload
from regard.capture.domain.retention import expire_old_events, prepare_months
from regard.capture.models import ImportRun

# The log may be locked by a backup; try for a day.
UNTIL_UNLOCKED = RetryStrategy(max_attempts=96, wait=900)


class UntilFree(RetryStrategy):
    """As long as another process is at the run or its store, however often; else after the strategy's fields."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, RunBusyError):
            return RetryDecision(retry_in={"seconds": self.wait})
        return super().get_retry_decision(exception=exception, job=job)


# An import that is run again goes on where it was broken off. A file that cannot be used stays so.
UNTIL_FREE = UntilFree(
    max_attempts=96,
    wait=60,
    retry_exceptions={OperationalError, InterfaceError, psycopg.OperationalError},
)


@app.task(name=IMPORT_JOB, queue=IMPORTS, retry=UNTIL_FREE)
def import_uploaded_file(run_id: int) -> None:
    """Bring in what somebody uploaded."""
    import_upload(ImportRun.objects.select_related("store").get(pk=run_id))


@app.task(name=CHECK_JOB, queue=IMPORTS, retry=UNTIL_FREE)
def check_uploaded_file(run_id: int, token: str) -> None:
    """Read all of what somebody uploaded, to say what an import of it would give."""
    check_upload(run_id, token)


@app.periodic(cron="0 3 * * *")
@app.task(name="capture.prepare_months", queueing_lock="capture.prepare_months", retry=UNTIL_UNLOCKED)
def prepare_months_ahead(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, and when a worker starts."""
    prepare_months()


@app.periodic(cron="10 3 * * *")
@app.task(name="capture.expire_events", queueing_lock="capture.expire_events", retry=UNTIL_UNLOCKED)
def expire_events_every_night(timestamp: int) -> None:  # noqa: ARG001 - see above
    expire_old_events()


@app.periodic(cron="20 3 * * *")
@app.task(name="capture.forget_import_files", queueing_lock="capture.forget_import_files")
def forget_import_files(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_old_files()
