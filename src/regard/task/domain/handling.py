"""What people do with tasks: give, do, drop, postpone, and take that back. Each change is audited and a fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.record import record
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import User
from regard.core.registry import Fact
from regard.task.domain.making import clean_text, member_id, user_ids_by_task
from regard.task.facts import TaskAssigned, TaskDone, TaskDropped, TaskPostponed, TaskReopened
from regard.task.models import Task, TaskResult, TaskState


@transaction.atomic
def assign_task(task: Task, *, owner: User | None, actor: str) -> bool:
    """Give the task to a member of its store, or to nobody; False when that is so already.

    Raises ValidationError, by field, for somebody who is no member.
    """
    owner_id = member_id(task.store, owner) if owner else None
    rows = Task.objects.select_for_update(of=("self",)).filter(pk=task.pk)
    before_id, before = rows.values_list("owner_id", "owner__email").get()
    if before_id == owner_id:
        return False
    rows.update(owner=owner)
    task.refresh_from_db(fields=["owner"])
    fact = TaskAssigned(task_id=task.pk, owner_id=owner_id, actor=actor)
    changes = changed_fields({"owner": before}, {"owner": owner.email if owner else None})
    _tell(task, "task.assigned", fact, actor=actor, changes=changes)
    return True


@transaction.atomic
def do_task(task: Task, *, result: str = TaskResult.SETTLED, text: str = "", actor: str) -> bool:
    """Note that the task is done, and what came of it; False when it is not open.

    result: one of TaskResult. text: the same in words. Raises ValidationError, by field.
    """
    if result not in TaskResult.values:
        said = _("%(result)s is no result; use one of %(results)s.")
        raise ValidationError({"result": said % {"result": result, "results": ", ".join(TaskResult.values)}})
    now = clock.now()
    done = {
        "state": TaskState.DONE,
        "done_at": now,
        "result": result,
        "result_text": clean_text(text, "result_text"),
    }
    if not _move(task, [TaskState.OPEN], **done):
        return False
    fact = TaskDone(
        task_id=task.pk, origin=task.origin, key=task.key, customer_id=task.customer_id, result=result,
        seconds=(now - task.made_at).total_seconds(), actor=actor,
    )  # fmt: skip
    _tell(task, "task.done", fact, actor=actor, result=result)
    return True


@transaction.atomic
def drop_task(task: Task, *, reason: str, actor: str) -> bool:
    """Note that the task will not be done, and why; False when it is not open. Raises ValidationError without
    a reason."""
    why = clean_text(reason, "reason")
    if not why:
        raise ValidationError({"reason": _("Say why it is not done.")})
    if not _move(task, [TaskState.OPEN], state=TaskState.DROPPED, done_at=clock.now(), result_text=why):
        return False
    fact = TaskDropped(
        task_id=task.pk, origin=task.origin, key=task.key, customer_id=task.customer_id, actor=actor
    )
    _tell(task, "task.dropped", fact, actor=actor)
    return True


@transaction.atomic
def reopen_task(task: Task, *, actor: str) -> bool:
    """Take back that it was done or dropped; what was said of it stays until it is done again. False when it is
    open."""
    closed = [TaskState.DONE, TaskState.DROPPED]
    if not _move(task, closed, state=TaskState.OPEN, done_at=None, result=""):
        return False
    _tell(task, "task.reopened", TaskReopened(task_id=task.pk, key=task.key, actor=actor), actor=actor)
    return True


@transaction.atomic
def postpone_task(task: Task, *, until: datetime, actor: str) -> bool:
    """Let an open task be due at another time, aware and to come; False when it is not open, or due then already.

    Whoever leads the store is told anew when that passes. Raises ValidationError for a time that is over.
    """
    if until <= clock.now():
        raise ValidationError({"due_at": _("Choose a time that is yet to come.")})
    before = task.due_at
    if before == until or not _move(task, [TaskState.OPEN], due_at=until, told_overdue_at=None):
        return False
    told = {"due_at": before.isoformat() if before else None}
    changes = changed_fields(told, {"due_at": until.isoformat()})
    fact = TaskPostponed(task_id=task.pk, due_at=until.isoformat(), actor=actor)
    _tell(task, "task.postponed", fact, actor=actor, changes=changes)
    return True


def do_tasks(tasks: Iterable[Task], *, actor: str) -> list[Task]:
    """Note that these are done and settled; gives those that were open until now."""
    return [task for task in tasks if do_task(task, actor=actor)]


def reopen_tasks(tasks: Iterable[Task], *, actor: str) -> list[Task]:
    """Take back that these were done; gives those that were."""
    return [task for task in tasks if reopen_task(task, actor=actor)]


def _move(task: Task, allowed: Sequence[TaskState], **changes: Any) -> bool:
    """Change the task if it is in an allowed state; of two people at once, one does."""
    if not Task.objects.filter(pk=task.pk, state__in=allowed).update(**changes):
        return False
    task.refresh_from_db(fields=[*changes, "due_order"])
    return True


def _tell(task: Task, action: str, fact: Fact, *, actor: str, **detail: Any) -> None:
    """Without the words: whoever is erased leaves none in the audit log."""
    record_audit(store=task.store, actor=actor, action=action, target=f"task {task.pk}", **detail)
    user_id = user_ids_by_task(task.store, [task]).get(task.pk)
    record(fact, store_id=task.store_id, user_id=user_id)
