"""What this room holds of a customer: tasks about them, and what was said of how they were done."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from regard.capture.domain.record import record
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.task.facts import TaskDropped
from regard.task.models import CaseState, CaseStep, RecoveryCase, Task, TaskState

FIELDS = (
    "id", "title", "text", "state", "result", "result_text", "origin", "key", "made_at", "due_at", "done_at",
)  # fmt: skip
CASE_FIELDS = ("id", "reason", "state", "cost_minor", "origin", "opened_at", "closed_at")
STAGE_FIELDS = ("case_id", "stage", "due_at", "done_at", "is_skipped", "note")


def export_tasks(store: Store, customer_id: int) -> dict[str, Any]:
    """The tasks about a customer, and their recovery cases with the stages; the oldest first."""
    rows = Task.objects.filter(store=store, identity__customer=customer_id).order_by("id")
    cases = RecoveryCase.objects.filter(store=store, identity__customer=customer_id).order_by("id")
    stages = CaseStep.objects.filter(case__in=cases).order_by("case", "place")
    held = {
        "tasks": list(rows.values(*FIELDS)),
        "recovery_cases": list(cases.values(*CASE_FIELDS)),
        "recovery_stages": list(stages.values(*STAGE_FIELDS)),
    }
    return dict(msgspec.to_builtins(held))


def erase_tasks(store: Store, customer_id: int) -> int:
    """Take all words out of the tasks about a customer; open ones are dropped, since there is nobody left to do
    anything for; so are their recovery cases. Gives how many there were."""
    with translation.override(page_language(store.language)):
        erased = _("(erased at the customer's request)")
    theirs = Task.objects.filter(store=store, identity__customer=customer_id)
    is_open = theirs.filter(state=TaskState.OPEN).select_for_update(of=("self",)).order_by("id")
    for task in is_open.select_related("identity"):
        fact = TaskDropped(
            task_id=task.pk, origin=task.origin, key=task.key, customer_id=task.customer_id, actor=""
        )
        record(fact, store_id=store.pk)
    theirs.filter(state=TaskState.OPEN).update(state=TaskState.DROPPED, done_at=clock.now())
    changed = theirs.update(title=erased, text="", result_text="")
    return changed + _erase_cases(store, customer_id, erased)


def _erase_cases(store: Store, customer_id: int, erased: str) -> int:
    cases = RecoveryCase.objects.filter(store=store, identity__customer=customer_id)
    CaseStep.objects.filter(case__in=cases).update(note="")
    cases.filter(state=CaseState.OPEN).update(state=CaseState.CLOSED, closed_at=clock.now())
    return cases.update(reason=erased)


TASK_DATA = DataHolder("tasks", 92, export_tasks, erase_tasks)
