"""Tasks, over JSON."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.domain.members import member_by_email
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Moment,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.core.models import Member, Store, User
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.task.domain.handling import (
    assign_task,
    do_task,
    do_tasks,
    drop_task,
    postpone_task,
    reopen_task,
)
from regard.task.domain.making import LONGEST_TEXT, LONGEST_TITLE, make_task
from regard.task.domain.queries import TaskFilter, task_for_viewer, tasks_for_viewer, tasks_named
from regard.task.models import Task, TaskResult, TaskState

router = Router(tags=["Tasks"])


class TaskItem(Schema):
    """What a person has to do."""

    id: int
    title: str
    text: str = Field(description="What one should know for it.")
    state: TaskState
    result: str = Field(
        description="What came of it: `settled`, `unsettled`, `unreached`; empty until it is done."
    )
    result_text: str = Field(description="The same in words, or why it was dropped.")
    customer_id: int | None = Field(description="Null: it is about the store.")
    customer_name: str
    owner: str | None = Field(description="E-mail of the member it is given to.")
    origin: str = Field(description="What made it.", examples=["person", "journey:detractor-recovery"])
    key: str = Field(description="The wish that made it; what waits for it finds it by this.")
    made_at: AwareDatetime
    due_at: AwareDatetime | None
    is_overdue: bool
    done_at: AwareDatetime | None = Field(description="Or dropped.")

    @staticmethod
    def resolve_customer_name(task: Task) -> str:
        return task.customer.name if task.customer else ""

    @staticmethod
    def resolve_owner(task: Task) -> str | None:
        return task.owner.email if task.owner else None


class TaskQuery(Schema):
    state: TaskState | None = Field(None, description="Only those in this state.")
    owner: Text = Field("", max_length=254, description="Only those given to this member, by e-mail.")
    unowned: bool = Field(False, description="Only those that nobody has taken.")
    overdue: bool = Field(False, description="Only open ones whose time has passed.")
    origin: Text = Field("", max_length=200, description="Only those that this made.")
    customer_id: Id | None = Field(None, description="Only those about this customer.")
    search: Text = Field("", max_length=200, description="In the title, or the customer's name or e-mail.")


class NewTaskBody(Input):
    title: Text = Field(max_length=LONGEST_TITLE, description="What is to be done.", examples=["Call Ada"])
    text: Text = Field("", max_length=LONGEST_TEXT, description="What one should know for it.")
    customer_id: Id | None = Field(None, description="Whom it is about; null: the store.")
    owner: Text | None = Field(None, max_length=254, description="E-mail of a member; null: nobody.")
    due_at: Moment | None = Field(None, description="Null: there is no hurry.")


class Owner(Input):
    owner: Text | None = Field(
        max_length=254, description="E-mail of a member; null: nobody.", examples=["ann@example.com"]
    )


class Result(Input):
    result: TaskResult = Field(TaskResult.SETTLED, description="What came of it.")
    text: Text = Field("", max_length=LONGEST_TEXT, description="The same in words.")


class Reason(Input):
    reason: Text = Field(
        max_length=LONGEST_TEXT,
        min_length=1,
        description="Why it is not done.",
        examples=["The order was called off"],
    )


class Deadline(Input):
    due_at: Moment = Field(description="In the future.", examples=["2030-01-31T12:00:00Z"])


class TaskSelection(Input):
    ids: list[Id] = Field(min_length=1, max_length=200, description="Of tasks.", examples=[[17, 18]])


class Done(Schema):
    ids: list[int] = Field(description="Of the tasks that were open until now.")


@router.get(
    "/tasks", operation_id="list_tasks", summary="List tasks", response=Page[TaskItem],
    auth=requires("tasks.read"),
)  # fmt: skip
def list_tasks(request: ApiRequest, only: Query[TaskQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The tasks of the store. With `state=open` by when they are due, those without a deadline last; others begin
    with the latest."""
    store = store_of(request)
    wanted = TaskFilter(
        state=only.state or "",
        owner_id=user_named(store, only.owner).pk if only.owner else None,
        is_unowned=only.unowned,
        is_overdue=only.overdue,
        origin=only.origin,
        customer_id=only.customer_id,
        search=only.search,
    )
    return answer_page(tasks_for_viewer(store=store, only=wanted, cursor=query.cursor, limit=query.limit))


@router.post(
    "/tasks", operation_id="make_task", summary="Make a task", response={201: TaskItem},
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_task(request: ApiRequest, new: NewTaskBody) -> Task:
    """Something that a person should do."""
    store = store_of(request)
    task = make_task(
        store=store,
        title=new.title,
        text=new.text,
        customer=customer_named(store, new.customer_id) if new.customer_id else None,
        owner=user_named(store, new.owner) if new.owner else None,
        due_at=new.due_at,
        actor=actor_of(request),
    )
    return task_for_viewer(store, task.pk)


@router.post(
    "/tasks/do", operation_id="do_tasks", summary="Mark tasks as done", response=Done,
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_done(request: ApiRequest, selection: TaskSelection) -> dict[str, list[int]]:
    """Note of many tasks that they are done and settled. Closed ones, and other stores', stay as they are."""
    named = tasks_named(store_of(request), selection.ids)
    return {"ids": [task.pk for task in do_tasks(named, actor=actor_of(request))]}


@router.get(
    "/tasks/{task_id}", operation_id="get_task", summary="Get a task", response=TaskItem,
    auth=requires("tasks.read"),
)  # fmt: skip
def get_task(request: ApiRequest, task_id: Id) -> Task:
    """One task."""
    return task_for_viewer(store_of(request), task_id)


@router.post(
    "/tasks/{task_id}/do", operation_id="do_task", summary="Mark a task as done", response=TaskItem,
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_result(request: ApiRequest, task_id: Id, result: Result) -> Task:
    """Note that it is done, and what came of it. A task that is not open stays as it is."""
    task = task_for_viewer(store_of(request), task_id)
    do_task(task, result=result.result, text=result.text, actor=actor_of(request))
    return task


@router.post(
    "/tasks/{task_id}/drop", operation_id="drop_task", summary="Drop a task", response=TaskItem,
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_reason(request: ApiRequest, task_id: Id, why: Reason) -> Task:
    """Note that it will not be done, and why. A task that is not open stays as it is."""
    task = task_for_viewer(store_of(request), task_id)
    drop_task(task, reason=why.reason, actor=actor_of(request))
    return task


@router.post(
    "/tasks/{task_id}/reopen", operation_id="reopen_task", summary="Reopen a task", response=TaskItem,
    auth=requires("tasks.handle"),
)  # fmt: skip
def post_reopen(request: ApiRequest, task_id: Id) -> Task:
    """Take back that it was done or dropped. An open task stays as it is."""
    task = task_for_viewer(store_of(request), task_id)
    reopen_task(task, actor=actor_of(request))
    return task


@router.put(
    "/tasks/{task_id}/owner", operation_id="assign_task", summary="Give a task to a member",
    response=TaskItem, auth=requires("tasks.handle"),
)  # fmt: skip
def put_owner(request: ApiRequest, task_id: Id, given: Owner) -> Task:
    """Give the task to a member of the store, or to nobody."""
    store = store_of(request)
    task = task_for_viewer(store, task_id)
    assign_task(task, owner=user_named(store, given.owner) if given.owner else None, actor=actor_of(request))
    return task


@router.put(
    "/tasks/{task_id}/deadline", operation_id="postpone_task", summary="Postpone a task", response=TaskItem,
    auth=requires("tasks.handle"),
)  # fmt: skip
def put_deadline(request: ApiRequest, task_id: Id, deadline: Deadline) -> Task:
    """Let an open task be due at another time. A task that is not open stays as it is."""
    task = task_for_viewer(store_of(request), task_id)
    postpone_task(task, until=deadline.due_at, actor=actor_of(request))
    return task


def user_named(store: Store, email: str) -> User:
    """Raises ValidationError, naming the field, for somebody who is no member."""
    try:
        return member_by_email(store, email).user
    except Member.DoesNotExist as missing:
        raise ValidationError({"owner": str(missing)}) from missing


def customer_named(store: Store, customer_id: int) -> Customer:
    """Raises ValidationError, naming the field, for a customer whom the store does not have."""
    try:
        return customer_for_viewer(store, customer_id)
    except Customer.DoesNotExist as missing:
        raise ValidationError({"customer_id": _("The store has no customer %d.") % customer_id}) from missing
