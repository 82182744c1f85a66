"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import one_of, thing
from regard.core.registry import impersonal_fields
from regard.task.facts import TaskDone, TaskDropped, TaskMade, TaskOverdue, TaskReopened
from regard.task.models import TaskResult


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    of_task = {"key": thing}
    wanted = {**of_task, "origin": thing}
    impersonal_fields.add(TaskMade.__name__, wanted)
    impersonal_fields.add(TaskDropped.__name__, wanted)
    impersonal_fields.add(TaskDone.__name__, {**wanted, "result": one_of(TaskResult.values)})
    impersonal_fields.add(TaskReopened.__name__, of_task)
    impersonal_fields.add(TaskOverdue.__name__, of_task)
