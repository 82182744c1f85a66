"""Making tasks: by a person, or for whatever in the product wants one done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.record import new_fact, record_all
from regard.core.domain.audit import record_audit
from regard.core.models import Member, Store, User
from regard.profile.domain.notes import strongest_identity
from regard.profile.models import Customer
from regard.score.domain.subjects import user_ids_by_identity
from regard.task.facts import TaskMade
from regard.task.models import Task

BY_PERSON = "person"  # as an origin
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A wish for a task. key: the same for every attempt, unique in the store. due_at: aware; None: any time."""

    key: str
    origin: str
    title: str
    text: str = ""
    identity_id: int | None = None
    owner_id: int | None = None
    due_at: datetime | None = None


def make_tasks(store: Store, wishes: Sequence[NewTask]) -> dict[str, Task]:
    """Make what is wished; gives the tasks by key, of which some may have been there before.

    In the caller's transaction, in a few statements however many they are.
    """
    if not wishes:
        return {}
    wanted = {wish.key: wish for wish in wishes}
    there = set(Task.objects.filter(store=store, key__in=wanted).values_list("key", flat=True))
    new = [_task(store, wish) for key, wish in wanted.items() if key not in there]
    Task.objects.bulk_create(new, ignore_conflicts=True)
    made = {task.key: task for task in _rows(store, wanted)}
    _record_made(store, [made[task.key] for task in new])
    return made


@transaction.atomic
def make_task(
    *,
    store: Store,
    title: str,
    text: str = "",
    customer: Customer | None = None,
    owner: User | None = None,
    due_at: datetime | None = None,
    actor: str,
) -> Task:
    """A task that a person wants done. Raises ValidationError, by field."""
    wish = NewTask(
        key=f"{BY_PERSON}:{uuid4()}",
        origin=BY_PERSON,
        title=_clean_title(title),
        text=clean_text(text, "text"),
        identity_id=strongest_identity(customer).pk if customer else None,
        owner_id=member_id(store, owner) if owner else None,
        due_at=due_at,
    )
    task = make_tasks(store, [wish])[wish.key]
    record_audit(store=store, actor=actor, action="task.made", target=f"task {task.pk}")
    return task


def _task(store: Store, wish: NewTask) -> Task:
    return Task(
        store=store,
        key=wish.key,
        origin=wish.origin,
        title=wish.title[:LONGEST_TITLE],
        text=wish.text[:LONGEST_TEXT],
        identity_id=wish.identity_id,
        owner_id=wish.owner_id,
        due_at=wish.due_at,
    )


def _rows(store: Store, keys: Collection[str]) -> list[Task]:
    rows = Task.objects.filter(store=store, key__in=keys).select_related(
        "identity__customer", "owner", "store"
    )
    return list(rows.order_by("id"))


def _record_made(store: Store, tasks: Sequence[Task]) -> None:
    """The key of the fact makes sure that of two who wish the same at once, one tells of it."""
    if not tasks:
        return
    user_ids = user_ids_by_task(store, tasks)
    rows = [
        new_fact(
            TaskMade(task_id=task.pk, origin=task.origin, key=task.key, customer_id=task.customer_id),
            store_id=store.pk,
            key=str(task.pk),
            user_id=user_ids.get(task.pk),
        )
        for task in tasks
    ]
    record_all(rows)


def user_ids_by_task(store: Store, tasks: Sequence[Task]) -> dict[int, str]:
    """The shop's ids of whom the tasks are about, by task; by them their facts stand on the timeline. One query
    at most."""
    user_ids = user_ids_by_identity(store, [task.identity for task in tasks if task.identity])
    return {task.pk: user_ids[task.identity_id] for task in tasks if task.identity_id in user_ids}


def member_id(store: Store, owner: User) -> int:
    """Raises ValidationError for somebody who is no member."""
    if not Member.objects.filter(store=store, user=owner).exists():
        raise ValidationError({"owner": _("%(email)s is no member of this store.") % {"email": owner.email}})
    return owner.pk


def _clean_title(title: str) -> str:
    clean = " ".join(title.replace("\0", "").split())
    if not clean or len(clean) > LONGEST_TITLE:
        raise ValidationError({"title": _("Write 1 to %d characters.") % LONGEST_TITLE})
    return clean


def clean_text(text: str, field: str) -> str:
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()  # a browser sends two characters a line
    if len(clean) > LONGEST_TEXT:
        raise ValidationError({field: _("Write at most %d characters.") % LONGEST_TEXT})
    return clean
