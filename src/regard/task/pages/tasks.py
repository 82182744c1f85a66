"""Tasks: what people of the store have to do, whose it is, and by when."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.members import members_of
from regard.core.domain.permissions import role_allows
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Member
from regard.task.domain.making import BY_PERSON
from regard.task.domain.queries import TaskFilter, known_origins, open_tasks, tasks_for_viewer
from regard.task.models import TaskState
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

MINE, NOBODYS, ALL = "mine", "nobody", "all"
ROWS = 50


@store_page("tasks.read")
def tasks(request: StoreRequest) -> HttpResponse:
    whose = asked_for(request, "whose")
    only = _filter(request, whose)
    cursor = request.GET.get("cursor", "")
    try:
        page = tasks_for_viewer(store=request.store, only=only, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters = _filters(request, only)
    context = {
        "rows": page.rows,
        "tabs": _tabs(request, whose),
        "state": only.state,
        "said": _("By when they are due") if only.state == TaskState.OPEN else _("The latest first"),
        "search": only.search,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("whose", whose)],
        "acts": _acts(request),
        "members": members_to_give_to(request),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "task/tasks.html", context)


def members_to_give_to(request: StoreRequest) -> Sequence[Member]:
    """To whom the reader may give tasks; nobody where they may not."""
    return list(members_of(request.store)) if role_allows(request.member.role, "tasks.handle") else []


def _filter(request: StoreRequest, whose: str) -> TaskFilter:
    """Anything unreadable in the address counts as not given."""
    state = asked_for(request, "state") or TaskState.OPEN
    return TaskFilter(
        state=state if state in TaskState.values else "" if state == ALL else TaskState.OPEN,
        owner_id=request.user.pk if whose == MINE else None,
        is_unowned=whose == NOBODYS,
        is_overdue=bool(asked_for(request, "overdue")),
        origin=asked_for(request, "origin"),
        search=asked_for(request, "q").strip(),
    )


def _filters(request: StoreRequest, only: TaskFilter) -> list[Filter]:
    labels = {value: str(label) for value, label in TaskState.choices}
    states = [("", labels.pop(TaskState.OPEN)), *labels.items(), (ALL, _("All"))]
    state = "" if only.state == TaskState.OPEN else only.state or ALL
    origins = [(name, origin_words(name)) for name in known_origins(request.store)]
    return [
        Filter("state", _("State"), states, state, always=True),
        Filter("overdue", _("Deadline"), [("1", _("Overdue"))], "1" if only.is_overdue else ""),
        Filter("origin", _("Made by"), origins, only.origin),
    ]


def origin_words(origin: str) -> str:
    """What made a task, as people call it."""
    if origin == BY_PERSON:
        return _("a person")
    kind, _colon, name = origin.partition(":")
    return _("journey %s") % name if kind == "journey" and name else origin


def _tabs(request: StoreRequest, whose: str) -> list[Tab]:
    counts = open_tasks(request.store)
    more = "+" if counts.is_more else ""
    tabs = (
        ("", _("Everybody's"), counts.open),
        (MINE, _("Mine"), counts.of_owner.get(request.user.pk, 0)),
        (NOBODYS, _("Nobody's"), counts.unowned),
    )
    known = whose if whose in {MINE, NOBODYS} else ""
    return [
        *(
            Tab(label, f"?whose={name}" if name else "?", name == known, f"{count}{more}" if count else 0)
            for name, label, count in tabs
        ),
        Tab(_("Recovery cases"), reverse("cases", args=[request.store.slug]), False),
    ]


def _acts(request: StoreRequest) -> list[dict[str, str]]:
    """What can be done with many at once."""
    do, take = (reverse(name, args=[request.store.slug]) for name in ("tasks_do", "tasks_take"))
    return [
        {"label": _("Done"), "url": do, "act_icon": "check"},
        {"label": _("Assign to me"), "url": take},
    ]
