"""Tasks as people and programs see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from regard.core import clock
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.profile.domain.customers import name_customers
from regard.task.models import Task, TaskState

MOST_COUNTED = 1_000  # open tasks: who has so many does not need the exact number
MOST_ORIGINS = 100
ORDERS = {
    TaskState.OPEN.value: ("due_order", "id"),
    TaskState.DONE.value: ("-done_at", "-id"),
    TaskState.DROPPED.value: ("-done_at", "-id"),
    "": ("-made_at", "-id"),
}
# The next greater value by the index, time and again: a store has few origins of very many tasks.
ORIGINS = """
    WITH RECURSIVE known AS (
        SELECT min(origin) AS name FROM task_task WHERE store_id = %(store)s
        UNION ALL
        SELECT (SELECT min(origin) FROM task_task WHERE store_id = %(store)s AND origin > known.name)
        FROM known WHERE known.name IS NOT NULL
    ) SELECT name FROM known WHERE name IS NOT NULL LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which tasks to show; "" and None are for all. state: one of TaskState. is_unowned: nobody has taken them."""

    state: str = ""
    owner_id: int | None = None
    is_unowned: bool = False
    is_overdue: bool = False
    origin: str = ""
    customer_id: int | None = None
    search: str = ""


@dataclass(frozen=True)
class OpenTasks:
    """How many tasks are open, counted up to MOST_COUNTED; is_more: there are others beyond."""

    open: int
    overdue: int
    unowned: int
    of_owner: dict[int, int]
    is_more: bool


def tasks_for_viewer(
    *, store: Store, only: TaskFilter = TaskFilter(), cursor: str = "", limit: int = 50
) -> KeysetPage[Task]:
    """Tasks of a store with customer and owner. Two queries at most. Raises CursorInvalid.

    The open ones by when they are due, those without a deadline last; done and dropped ones, and all together, the
    latest first.
    """
    rows = _rows(store).filter(_condition(only))
    page = keyset_page(rows, order=ORDERS[only.state], cursor=cursor, limit=limit)
    name_customers(task.customer for task in page.rows if task.customer)
    return page


def task_for_viewer(store: Store, task_id: int) -> Task:
    """Raises Task.DoesNotExist, also for a task of another store."""
    return _rows(store).get(pk=task_id)


def tasks_named(store: Store, task_ids: Collection[int]) -> list[Task]:
    """Those of these tasks that the store has. One query."""
    return list(_rows(store).filter(pk__in=task_ids).order_by("id"))


def tasks_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Task]:
    """The open ones first, by when they are due, then the latest. One query."""
    rows = _rows(store).filter(identity__customer=customer_id).order_by("-id")[:200]
    ordered = sorted(rows, key=lambda task: (task.state != TaskState.OPEN, task.due_order))
    return ordered[:limit]


def open_tasks(store: Store) -> OpenTasks:
    """One query along an index, bounded however many are open."""
    rows = Task.objects.filter(store=store, state=TaskState.OPEN).order_by("due_order", "id")
    found = list(rows.values_list("owner", "due_at")[: MOST_COUNTED + 1])
    counted, now = found[:MOST_COUNTED], clock.now()
    of_owner: dict[int, int] = {}
    for owner_id, _due in counted:
        if owner_id:
            of_owner[owner_id] = of_owner.get(owner_id, 0) + 1
    return OpenTasks(
        open=len(counted),
        overdue=sum(due_at is not None and due_at < now for _owner, due_at in counted),
        unowned=sum(owner_id is None for owner_id, _due in counted),
        of_owner=of_owner,
        is_more=len(found) > MOST_COUNTED,
    )


def known_origins(store: Store) -> list[str]:
    """What has made tasks of the store, in order. One query along an index."""
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS, {"store": store.pk, "most": MOST_ORIGINS})
        return [name for (name,) in cursor.fetchall()]


def _rows(store: Store) -> QuerySet[Task]:
    return Task.objects.filter(store=store).select_related("store", "identity__customer", "owner")


def _condition(only: TaskFilter) -> Q:
    wanted = {
        "state": only.state or None,
        "owner": only.owner_id,
        "owner__isnull": only.is_unowned or None,
        "origin": only.origin or None,
        "identity__customer": only.customer_id,
    }
    condition = Q(**{name: value for name, value in wanted.items() if value is not None})
    if only.is_overdue:
        condition &= Q(state=TaskState.OPEN, due_order__lt=clock.now())
    if only.search:
        named = Q(title__icontains=only.search) | Q(identity__customer__name__icontains=only.search)
        condition &= named | Q(identity__customer__email__icontains=only.search)
    return condition
