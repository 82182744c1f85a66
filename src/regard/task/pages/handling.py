"""What people do with tasks, one by one or many at once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core import clock
from regard.core.domain.members import members_of
from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.core.models import User
from regard.task.domain.handling import (
    assign_task,
    do_task,
    do_tasks,
    drop_task,
    postpone_task,
    reopen_task,
    reopen_tasks,
)
from regard.task.domain.queries import task_for_viewer, tasks_named
from regard.task.models import Task, TaskResult
from regard.task.pages.tasks import ROWS, members_to_give_to

DAYS = {"1": 1, "3": 3, "7": 7}  # for which tasks are postponed


@store_page("tasks.handle")
def people(request: StoreRequest, task_id: int) -> HttpResponse:
    """To whom a task can be given: what its menu in the list fetches when it opens."""
    context = {
        "members": members_to_give_to(request),
        "give_url": reverse("task_take", args=[request.store.slug, _task(request, task_id).pk]),
    }
    return render(request, "act/_people.html", context)


@store_page(post="tasks.handle")
def take(request: StoreRequest, task_id: int) -> HttpResponse:
    """Assign the task to whoever asks, or to whom they name."""
    owner = _owner(request)
    if assign_task(_task(request, task_id), owner=owner, actor=request.user.email):
        notify(request, _given(request, owner, 1))
    return _back(request)


@store_page(post="tasks.handle")
def do(request: StoreRequest, task_id: int) -> HttpResponse:
    result = posted(request, "result") or TaskResult.SETTLED
    try:
        done = do_task(
            _task(request, task_id), result=result, text=posted(request, "text"), actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
        return _back(request)
    if done:
        notify(request, _("The task is done."), undo=_undo(request, task_id))
    return _back(request)


@store_page(post="tasks.handle")
def drop(request: StoreRequest, task_id: int) -> HttpResponse:
    try:
        dropped = drop_task(
            _task(request, task_id), reason=posted(request, "reason"), actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
        return _back(request)
    if dropped:
        notify(request, _("The task is dropped."), undo=_undo(request, task_id))
    return _back(request)


@store_page(post="tasks.handle")
def reopen(request: StoreRequest, task_id: int) -> HttpResponse:
    if reopen_task(_task(request, task_id), actor=request.user.email):
        notify(request, _("The task is open again."))
    return _back(request)


@store_page(post="tasks.handle")
def postpone(request: StoreRequest, task_id: int) -> HttpResponse:
    """By some days from now."""
    days = DAYS.get(posted(request, "days"), 1)
    until = clock.now() + timedelta(days=days)
    if postpone_task(_task(request, task_id), until=until, actor=request.user.email):
        text = ngettext("The task is due in %d day.", "The task is due in %d days.", days)
        notify(request, text % days)
    return _back(request)


@store_page(post="tasks.handle")
def do_selected(request: StoreRequest) -> HttpResponse:
    done = do_tasks(_selected(request, request.POST), actor=request.user.email)
    if done:
        text = ngettext("%d task is done.", "%d tasks are done.", len(done))
        address = reverse("tasks_reopen", args=[request.store.slug])
        undo = f"{address}?{urlencode({'selected': [task.pk for task in done]}, doseq=True)}"
        notify(request, text % len(done), undo=undo)
    return _back(request)


@store_page(post="tasks.handle")
def take_selected(request: StoreRequest) -> HttpResponse:
    """Assign the selected tasks to whoever asks, or to whom they name."""
    owner = _owner(request)
    chosen = _selected(request, request.POST)
    given = [task for task in chosen if assign_task(task, owner=owner, actor=request.user.email)]
    if given:
        notify(request, _given(request, owner, len(given)))
    return _back(request)


@store_page(post="tasks.handle")
def reopen_selected(request: StoreRequest) -> HttpResponse:
    """Take back that tasks were done; the address names them."""
    opened = reopen_tasks(_selected(request, request.GET), actor=request.user.email)
    if opened:
        text = ngettext("%d task is open again.", "%d tasks are open again.", len(opened))
        notify(request, text % len(opened))
    return _back(request)


def _undo(request: StoreRequest, task_id: int) -> str:
    return reverse("task_reopen", args=[request.store.slug, task_id])


def _owner(request: StoreRequest) -> User | None:
    """Whoever asks, unless they name a member of the store by the id of the user, or nobody by ""."""
    named = request.POST.get("owner")
    if named is None:
        return request.user
    if not named:
        return None
    users = {str(member.user_id): member.user for member in members_of(request.store)}
    if named not in users:
        raise Http404
    return users[named]


def _given(request: StoreRequest, owner: User | None, count: int) -> str:
    if owner == request.user:
        return ngettext("%d task is yours.", "%d tasks are yours.", count) % count
    if owner is None:
        return ngettext("%d task is nobody's now.", "%d tasks are nobody's now.", count) % count
    text = ngettext("%(count)d task is given to %(owner)s.", "%(count)d tasks are given to %(owner)s.", count)
    return text % {"count": count, "owner": owner.email}


def _task(request: StoreRequest, task_id: int) -> Task:
    try:
        return task_for_viewer(request.store, task_id)
    except Task.DoesNotExist:
        raise Http404 from None


def _selected(request: StoreRequest, values: QueryDict) -> list[Task]:
    named = [value for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return tasks_named(request.store, [int(value) for value in named[:ROWS] if len(value) < 19])


def _back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, a task's or a customer's page."""
    came_from = posted(request, "next")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("tasks", request.store.slug)
