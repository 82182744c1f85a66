"""What is to be done, on the first page of a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.task.domain.queries import TaskFilter, open_tasks, tasks_for_viewer
from regard.task.models import TaskState

SHOWN = 5


def load_tasks(store: Store) -> Mapping[str, Any] | None:
    """None while nothing is to be done, so that stores without tasks keep a short page."""
    counts = open_tasks(store)
    if not counts.open:
        return None
    page = tasks_for_viewer(store=store, only=TaskFilter(state=TaskState.OPEN), limit=SHOWN)
    return {
        "counts": counts,
        "tasks": page.rows,
        "more": counts.open - len(page.rows),
        "plus": "+" if counts.is_more else "",
    }
