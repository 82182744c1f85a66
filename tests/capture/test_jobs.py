"""Imports in a worker: gone on with after the worker was killed or the database was away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.runs import RunBusyError
from regard.capture.domain.imports.uploads import (
    is_given_up,
    keep_upload,
    queue_upload,
    resume_upload,
    start_upload,
)
from regard.capture.jobs import UNTIL_FREE
from regard.capture.models import Event
from regard.core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def work_until_idle() -> None:
    worker = app.with_connector(app.connector.get_worker_connector())

    async def work() -> None:
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())


def test_an_import_whose_worker_was_killed_is_taken_up_again(store):
    content = [b"order_id,customer_id,ordered_at,total\n1,c,2026-01-01,5\n"]
    run = keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="tests")
    start_upload(run, mapping=None, actor="tests")
    app.configure_task("capture.import_upload").defer(run_id=run.pk)
    with connection.cursor() as cursor:  # as a killed worker leaves it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")

    app.configure_task("web.take_up_stalled_jobs").defer(timestamp=0)
    work_until_idle()

    assert Event.objects.count() == 1
    assert not Path(run.upload_path).exists()
    tried_again = ProcrastinateJob.objects.filter(task_name="capture.import_upload")
    assert list(tried_again.values_list("status", flat=True)) == ["succeeded"]


def test_an_import_that_was_given_up_is_gone_on_with_by_a_person(store):
    content = [b"order_id,customer_id,ordered_at,total\n1,c,2026-01-01,5\n"]
    run = keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="tests")
    assert not is_given_up(run)
    start_upload(run, mapping=None, actor="tests")
    queue_upload(run)
    assert not is_given_up(run)
    assert not resume_upload(run, actor="ana@x.co")
    with connection.cursor() as cursor:  # as the last of many tries leaves it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert is_given_up(run)

    assert resume_upload(run, actor="ana@x.co")
    assert not is_given_up(run)
    work_until_idle()

    run.refresh_from_db()
    assert (run.state, run.added, is_given_up(run)) == ("finished", 1, False)
    assert AuditEntry.objects.filter(action="import.resumed", actor="ana@x.co").count() == 1


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (psycopg.OperationalError("gone"), True),
        (RunBusyError("imports", "Another is at it."), True),
        (ImportProblem("file", "no table"), False),
    ],
)
def test_an_import_is_tried_again_when_something_stood_in_its_way_and_not_when_the_file_is_bad(error, again):
    job = ProcrastinateJob(id=1, attempts=0, args={}).procrastinate_job
    decision = UNTIL_FREE.get_retry_decision(exception=error, job=job)
    assert (decision is not None) == again
