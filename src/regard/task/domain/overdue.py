"""Telling those who lead a store of tasks that are open after they were due, once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from regard.act.domain.raising import Reason, raise_for
from regard.act.models import AlertKind, AlertLevel
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store
from regard.task.domain.making import user_ids_by_task
from regard.task.facts import TaskOverdue
from regard.task.models import Task, TaskState

# Proposal: what was to be done within a day, as a detractor is to be called within four hours (specification, act,
# section 6), is told at once; of the rest the daily e-mail tells, like of other warnings.
URGENT = timedelta(days=1)
AT_ONCE = 500  # tasks of a store in one transaction


def stores_with_overdue_tasks() -> list[int]:
    """The ids of stores with tasks whose time has passed and of which nobody was told. One query."""
    rows = Task.objects.filter(state=TaskState.OPEN, told_overdue_at=None, due_at__lt=clock.now())
    return sorted(set(rows.order_by("due_at").values_list("store", flat=True)[:100_000]))


@transaction.atomic
def tell_overdue(store: Store) -> int:
    """Raise an alert for tasks whose time has passed; gives how many there were, AT_ONCE at the most.

    Each is told once for each time at which it was due: who postpones it is told again when that passes.
    """
    now = clock.now()
    rows = Task.objects.filter(store=store, state=TaskState.OPEN, told_overdue_at=None, due_at__lt=now)
    locked = rows.select_for_update(of=("self",), skip_locked=True).select_related("identity", "owner")
    tasks = list(locked.order_by("due_at", "id")[:AT_ONCE])
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(told_overdue_at=now)
    with translation.override(page_language(store.language)), timezone.override(ZoneInfo(store.time_zone)):
        raise_for(store, [_reason(task) for task in tasks])
    _record(store, tasks)
    return len(tasks)


def _reason(task: Task) -> Reason:
    due_at = task.due_at or clock.now()
    said = (
        _("“%(task)s” was to be done by %(time)s, and %(owner)s has not done it.")
        if task.owner
        else _("“%(task)s” was to be done by %(time)s, and nobody has taken it.")
    )
    words = {"task": task.title, "time": formats.date_format(timezone.localtime(due_at), "DATETIME_FORMAT")}
    return Reason(
        kind=AlertKind.TASK_OVERDUE,
        level=AlertLevel.CRITICAL if due_at - task.made_at <= URGENT else AlertLevel.WARNING,
        instance=f"{task.pk}:{due_at.isoformat()}",
        text=said % {**words, "owner": task.owner.email if task.owner else ""},
        identity_id=task.identity_id,
        subject="" if task.identity_id else task.title,
    )


def _record(store: Store, tasks: Sequence[Task]) -> None:
    user_ids = user_ids_by_task(store, tasks)
    for task in tasks:
        fact = TaskOverdue(
            task_id=task.pk, key=task.key, customer_id=task.customer_id,
            due_at=task.due_at.isoformat() if task.due_at else "",
        )  # fmt: skip
        record(fact, store_id=store.pk, user_id=user_ids.get(task.pk))
