"""Tasks as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.core.exceptions import ValidationError

from regard.cli.installation import ACTOR
from regard.core import clock
from regard.core.domain.members import member_by_email
from regard.core.models import Member, Store, User
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer
from regard.task.domain.handling import assign_task, do_task, drop_task, postpone_task, reopen_task
from regard.task.domain.making import make_task
from regard.task.domain.queries import TaskFilter, task_for_viewer, tasks_for_viewer, tasks_named
from regard.task.models import Task

NOBODY = "nobody"


def filter_of(store: Store, *, state: str, owner: str, is_overdue: bool, origin: str) -> TaskFilter:
    """state: one of TaskState or "all"; owner: an e-mail, "nobody", or "" for all."""
    return TaskFilter(
        state="" if state == "all" else state,
        owner_id=_user(store, owner).pk if owner not in {"", NOBODY} else None,
        is_unowned=owner == NOBODY,
        is_overdue=is_overdue,
        origin=origin,
    )


def say_tasks(store: Store, only: TaskFilter, *, limit: int, as_json: bool) -> None:
    tasks = tasks_for_viewer(store=store, only=only, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(task) for task in tasks], indent=2, ensure_ascii=False))
        return
    for task in tasks:
        click.echo(
            f"{task.pk:>6}  {_due(task):<16}  {_state(task):<9}  {_owner(task)}  {_about(task)}  {task.title}"
        )


def say_task(store: Store, number: int, *, as_json: bool) -> None:
    """Raises click.ClickException for a task that the store does not have."""
    try:
        task = task_for_viewer(store, number)
    except Task.DoesNotExist:
        raise _no_task(store, number) from None
    if as_json:
        click.echo(json.dumps(_told(task), indent=2, ensure_ascii=False))
        return
    click.echo(f"{task.title}  {_state(task)}  task {task.pk}")
    click.echo(f"  about     {_about(task)}")
    click.echo(f"  owner     {_owner(task)}")
    click.echo(f"  due       {_due(task)}")
    click.echo(f"  made      {_local(task, task.made_at)} by {task.origin}")
    for name, words in (("to know", task.text), ("result", task.result), ("in words", task.result_text)):
        if words:
            click.echo(f"  {name:<9} {words}")


def say_made(store: Store, title: str, *, text: str, who: str, email: str, hours: int | None) -> None:
    """Raises click.ClickException for a customer or member whom the store does not have."""
    try:
        customer = find_customer(store, who) if who else None
    except Customer.DoesNotExist:
        raise click.ClickException(f"{store.slug} has no customer {who}.") from None
    due_at = clock.now() + timedelta(hours=hours) if hours else None
    owner = _user(store, email) if email else None
    try:
        task = make_task(
            store=store, title=title, text=text, customer=customer, owner=owner, due_at=due_at, actor=ACTOR
        )
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"Task {task.pk} is made.")


def say_assigned(store: Store, numbers: Sequence[int], *, email: str) -> None:
    """email: of a member of the store; "" for nobody."""
    owner = _user(store, email) if email else None
    done, otherwise = (f"given to {email}", f"was {email}'s") if owner else ("nobody's now", "was nobody's")
    _change(store, numbers, lambda task: assign_task(task, owner=owner, actor=ACTOR), done, otherwise)


def say_done(store: Store, numbers: Sequence[int], *, result: str, text: str) -> None:
    _change(
        store,
        numbers,
        lambda task: do_task(task, result=result, text=text, actor=ACTOR),
        "done",
        "was not open",
    )


def say_dropped(store: Store, numbers: Sequence[int], *, reason: str) -> None:
    _change(
        store, numbers, lambda task: drop_task(task, reason=reason, actor=ACTOR), "dropped", "was not open"
    )


def say_postponed(store: Store, numbers: Sequence[int], *, until: datetime) -> None:
    """until: in the store's time zone, without naming it."""
    at = until.replace(tzinfo=ZoneInfo(store.time_zone))
    done = f"due on {until:%Y-%m-%d %H:%M}"
    _change(store, numbers, lambda task: postpone_task(task, until=at, actor=ACTOR), done, "was not open")


def say_reopened(store: Store, numbers: Sequence[int]) -> None:
    _change(store, numbers, lambda task: reopen_task(task, actor=ACTOR), "open again", "was open")


def _change(
    store: Store, numbers: Sequence[int], act: Callable[[Task], bool], done: str, otherwise: str
) -> None:
    """Change the tasks one by one. Raises click.ClickException, and changes none, when one is not the store's."""
    tasks = {task.pk: task for task in tasks_named(store, numbers)}
    for number in numbers:
        if number not in tasks:
            raise _no_task(store, number)
    for task in tasks.values():
        try:
            click.echo(f"Task {task.pk} {f'is {done}' if act(task) else otherwise}.")
        except ValidationError as error:
            raise click.ClickException(" ".join(error.messages)) from error


def _user(store: Store, email: str) -> User:
    try:
        return member_by_email(store, email).user
    except Member.DoesNotExist:
        raise click.ClickException(f"{email} is no member of {store.slug}.") from None


def _no_task(store: Store, number: int) -> click.ClickException:
    return click.ClickException(f"{store.slug} has no task {number}; `regard task list` names them.")


def _about(task: Task) -> str:
    return task.customer.called if task.customer else "the store"


def _owner(task: Task) -> str:
    return task.owner.email if task.owner else "nobody's yet"


def _state(task: Task) -> str:
    return "overdue" if task.is_overdue else task.state


def _due(task: Task) -> str:
    return _local(task, task.due_at) if task.due_at else "no deadline"


def _local(task: Task, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(task.store.time_zone)):%Y-%m-%d %H:%M}"


def _told(task: Task) -> dict[str, Any]:
    moments = {name: getattr(task, name) for name in ("made_at", "due_at", "done_at")}
    return {
        "id": task.pk, "title": task.title, "text": task.text, "state": task.state, "result": task.result,
        "result_text": task.result_text, "customer_id": task.customer_id,
        "owner": task.owner.email if task.owner else None, "origin": task.origin, "key": task.key,
        "is_overdue": task.is_overdue,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }  # fmt: skip
