"""The jobs of a worker."""

from __future__ import annotations

import asyncio
import threading

import pytest
from procrastinate.contrib.django import app

from regard.capture.domain.imports.uploads import IMPORT_JOB, IMPORTS
from regard.web.processes.worker import AT_ONCE, _run_jobs
from tests.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meet():
    """A job that ends when as many are at it as may be at all, which they never are one after the other."""
    meeting = threading.Barrier(sum(AT_ONCE.values()), timeout=60)

    @app.task(name="tests.meet")
    def meet() -> None:
        meeting.wait()
        met.append(1)

    met: list[int] = []
    yield meet, met
    del app.tasks["tests.meet"]


def test_long_jobs_keep_nobody_waiting(meet):
    task, met = meet
    stop, failed = threading.Event(), threading.Event()
    for queue, at_once in AT_ONCE.items():
        for _number in range(at_once):
            task.configure(queue=queue).defer()

    def stop_when_met():
        wait_until(lambda: len(met) == sum(AT_ONCE.values()))
        stop.set()

    watching = threading.Thread(target=stop_when_met)
    watching.start()
    asyncio.run(asyncio.wait_for(_run_jobs(stop, failed), timeout=200))
    watching.join()

    assert len(met) == sum(AT_ONCE.values())


def test_imports_are_apart_from_other_jobs():
    assert {app.tasks[name].queue for name in (IMPORT_JOB, "web.undo_import")} == {IMPORTS}
    assert app.tasks["web.send_account_mail"].queue == "default"
