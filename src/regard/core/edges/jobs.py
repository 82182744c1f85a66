"""Jobs that are done for one store after another."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from regard.core.models import Store


def defer_for_each(stores: Iterable[Store], task: Task[Any, Any, Any], *, lock: str = "") -> None:
    """Put a job of this task, which takes `store_id`, into the queue for each store, and none on top of one that
    waits.

    lock: of jobs that never run side by side, since each takes much memory; without it those of one store do not.
    """
    for store in stores:
        own = f"{task.name}:{store.pk}"
        with suppress(AlreadyEnqueued):
            task.configure(lock=lock or own, queueing_lock=own).defer(store_id=store.pk)
