"""The jobs of a worker."""

from __future__ import annotations

import asyncio
import threading

import pytest
from procrastinate.contrib.django import app

from regard.web.processes.worker import JOBS_AT_ONCE, _run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_long_job_does_not_keep_the_next_waiting():
    meeting, stop, failed = threading.Barrier(JOBS_AT_ONCE), threading.Event(), threading.Event()

    @app.task(name="tests.meet")
    def meet() -> None:
        """Goes on when all are here, and never if they come one after the other."""
        if meeting.wait(timeout=30) == 0:
            stop.set()

    for _number in range(JOBS_AT_ONCE):
        meet.defer()
    asyncio.run(asyncio.wait_for(_run_jobs(stop, failed), timeout=60))

    assert stop.is_set()
