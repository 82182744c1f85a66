"""The worker: pipeline, sender, scores after backfills and jobs, in one process. Any number may run."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from procrastinate import App
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from regard import pipeline
from regard.act.domain.sending import send_forever
from regard.capture.domain.events import last_events
from regard.capture.domain.imports.uploads import IMPORTS
from regard.capture.domain.reader import LIVE_BATCH, follow_log, last_read
from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.running import run_forever
from regard.listen.domain.understanding import understand_forever
from regard.listen.jobs import find_themes_soon
from regard.score.domain.stale import refresh_stale_forever

log = logging.getLogger("regard.worker")

# How many jobs of a queue are done at a time. Imports take hours, and keep nothing else waiting.
AT_ONCE = {"default": 2, IMPORTS: 2}


def run_worker() -> None:
    """Work until told to stop by SIGTERM or SIGINT; then finish what is begun."""
    stop = threading.Event()
    failed = threading.Event()
    threads = [
        _thread(
            "pipeline", lambda: follow_log(reader=pipeline.READER, stages=pipeline.STAGES, stop=stop), failed
        ),
        _thread("sender", lambda: send_forever(stop), failed),
        _thread("journeys", lambda: run_forever(stop), failed),
        _thread(
            "texts",
            lambda: understand_forever(stop, is_behind=_is_behind, after_many=find_themes_soon),
            failed,
        ),
        _thread("scores", lambda: refresh_stale_forever(stop, is_behind=_is_behind), failed),
    ]
    asyncio.run(_run_jobs(stop, failed))
    stop.set()
    for thread in threads:
        thread.join()
    if failed.is_set():
        raise SystemExit(1)


def _is_behind(store: Store) -> bool:
    """Whether the pipeline has more of the store's log to read than a moment's events."""
    newest = max((event.id for event in last_events(store, limit=1)), default=0)
    return newest - last_read(store, reader=pipeline.READER) > LIVE_BATCH


def _thread(name: str, work: Callable[[], None], failed: threading.Event) -> threading.Thread:
    def guarded() -> None:
        try:
            work()
        except Exception:
            log.exception("the %s ended; the process ends with it, so that it can be started anew", name)
            failed.set()

    thread = threading.Thread(target=guarded, name=name)
    thread.start()
    return thread


async def _run_jobs(stop: threading.Event, failed: threading.Event) -> None:
    """Jobs by procrastinate, until a signal comes or a thread has failed."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    worker_app = jobs.with_connector(jobs.connector.get_worker_connector())  # type: ignore[attr-defined]
    while not stop.is_set() and not failed.is_set():
        try:
            async with worker_app.open_async():
                await _prepare_log(worker_app)
                works = [
                    asyncio.create_task(
                        worker_app.run_worker_async(
                            queues=[queue],
                            concurrency=at_once,
                            install_signal_handlers=False,
                            delete_jobs="successful",
                        )
                    )
                    for queue, at_once in AT_ONCE.items()
                ]
                while not (stop.is_set() or failed.is_set() or any(work.done() for work in works)):
                    await asyncio.wait(works, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
                for work in works:
                    work.cancel()
                await asyncio.wait(works)
                await asyncio.gather(*works)
        except asyncio.CancelledError:
            return
        except Exception as problem:  # noqa: BLE001 - the database may be away for a while; the jobs are not lost
            log.warning("jobs wait for the database: %s", problem)
            await asyncio.sleep(1)


async def _prepare_log(worker_app: App) -> None:
    """The nightly job, now: a new installation, or one that was off for months, has no month ahead."""
    job = worker_app.configure_task("capture.prepare_months")
    with suppress(AlreadyEnqueued):  # by another worker
        await job.defer_async(timestamp=int(clock.now().timestamp()))
