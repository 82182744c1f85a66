"""Tasks in the command palette."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_noop

from regard.core.models import Store
from regard.core.registry import Found, PaletteFinder
from regard.task.domain.queries import TaskFilter, tasks_for_viewer
from regard.task.models import TaskState


def find_tasks(store: Store, text: str, limit: int) -> Sequence[Found]:
    """Open tasks in whose title or customer's name the text stands."""
    only = TaskFilter(state=TaskState.OPEN, search=text)
    return [
        Found(
            task.title, reverse("task", args=[store.slug, task.pk]), "clipboard-document-check",
            task.customer.called if task.customer else "",
        )
        for task in tasks_for_viewer(store=store, only=only, limit=limit).rows
    ]  # fmt: skip


TASKS_FOUND = PaletteFinder("tasks", gettext_noop("Tasks"), 35, "tasks.read", find_tasks)
