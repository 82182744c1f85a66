"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import figure, one_of, thing
from regard.core.registry import impersonal_fields
from regard.task.facts import (
    CaseClosed,
    CaseOpened,
    CaseStageDone,
    TaskDone,
    TaskDropped,
    TaskMade,
    TaskOverdue,
    TaskReopened,
)
from regard.task.models import CaseStage, TaskResult


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    of_task = {"key": thing}
    wanted = {**of_task, "origin": thing}
    impersonal_fields.add(TaskMade.__name__, wanted)
    impersonal_fields.add(TaskDropped.__name__, wanted)
    impersonal_fields.add(TaskDone.__name__, {**wanted, "result": one_of(TaskResult.values)})
    impersonal_fields.add(TaskReopened.__name__, of_task)
    impersonal_fields.add(TaskOverdue.__name__, of_task)
    stage = one_of(CaseStage.values)
    impersonal_fields.add(CaseOpened.__name__, wanted)
    impersonal_fields.add(CaseStageDone.__name__, {**of_task, "stage": stage, "is_skipped": figure})
    impersonal_fields.add(CaseClosed.__name__, of_task)
