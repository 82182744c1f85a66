"""Recovery cases: the list, one with its seven stages, opening one, and what people do with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.members import members_of
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.core.models import User
from regard.core.money import MoneyError, minor_digits, to_major, to_minor
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.task.domain.cases import (
    DONE_WHEN,
    case_for_viewer,
    cases_for_viewer,
    change_case,
    finish_stage,
    open_case,
    recommendations_around,
    reopen_stage,
    steps_of,
)
from regard.task.models import CaseStage, CaseState, CaseStep, RecoveryCase
from regard.task.pages.tasks import members_to_give_to, origin_words
from regard.ui.tabs import Tab


@dataclass(frozen=True)
class ShownStep:
    step: CaseStep
    when: str
    is_current: bool


@store_page("tasks.read")
def cases(request: StoreRequest) -> HttpResponse:
    state = asked_for(request, "state")
    state = state if state in CaseState.values else CaseState.OPEN
    cursor = request.GET.get("cursor", "")
    try:
        page = cases_for_viewer(request.store, state=state, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    steps = steps_of(page.rows)
    context = {
        "rows": [(case, _current(steps[case.pk])) for case in page.rows],
        "state": state,
        "tabs": [Tab(str(label), f"?state={value}", value == state) for value, label in CaseState.choices],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "task/cases.html", context)


@store_page("tasks.read")
def case(request: StoreRequest, case_id: int) -> HttpResponse:
    found = _case(request, case_id)
    steps = steps_of([found])[found.pk]
    current = _current(steps)
    currency = request.store.currency
    context = {
        "case": found,
        "customer": found.customer,
        "origin": origin_words(found.origin),
        "steps": [ShownStep(step, str(DONE_WHEN[CaseStage(step.stage)]), step is current) for step in steps],
        "nps": recommendations_around(found),
        "members": members_to_give_to(request),
        "cost": f"{to_major(found.cost_minor, currency):.{minor_digits(currency)}f}",
    }
    return render(request, "task/case.html", context)


@store_page(post="tasks.handle")
def open_new(request: StoreRequest, customer_id: int) -> HttpResponse:
    """For a customer, from their page or an alert's."""
    try:
        customer = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    try:
        opened = open_case(
            customer=customer, reason=posted(request, "reason"), owner=request.user, actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("customer", request.store.slug, customer.pk)
    notify(request, _("The recovery case is open, and it is yours."))
    return redirect("case", request.store.slug, opened.pk)


@store_page(post="tasks.handle")
def finish(request: StoreRequest, case_id: int, stage: str) -> HttpResponse:
    found, skip = _case(request, case_id), bool(posted(request, "skip"))
    try:
        done = finish_stage(
            found, _stage(stage), note=posted(request, "note"), skip=skip, actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        if done:
            undo = reverse("case_reopen", args=[request.store.slug, found.pk, stage])
            notify(request, _("The stage is skipped.") if skip else _("The stage is done."), undo=undo)
    return redirect("case", request.store.slug, found.pk)


@store_page(post="tasks.handle")
def reopen(request: StoreRequest, case_id: int, stage: str) -> HttpResponse:
    found = _case(request, case_id)
    if reopen_stage(found, _stage(stage), actor=request.user.email):
        notify(request, _("The stage is open again."))
    return redirect("case", request.store.slug, found.pk)


@store_page(post="tasks.handle")
def change(request: StoreRequest, case_id: int) -> HttpResponse:
    """Whose it is, and what it has cost."""
    found = _case(request, case_id)
    try:
        cost = to_minor(posted(request, "cost") or "0", request.store.currency)
        change_case(found, owner=_owner(request), cost_minor=cost, actor=request.user.email)
    except MoneyError as error:
        warn(request, str(error))
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("The case is saved."))
    return redirect("case", request.store.slug, found.pk)


def _owner(request: StoreRequest) -> User | None:
    users = {str(member.user_id): member.user for member in members_of(request.store)}
    named = posted(request, "owner")
    if named and named not in users:
        raise Http404
    return users.get(named)


def _current(steps: list[CaseStep]) -> CaseStep | None:
    """The first that is not done; None when all are."""
    return next((step for step in steps if step.done_at is None), None)


def _stage(stage: str) -> str:
    if stage not in CaseStage.values:
        raise Http404
    return stage


def _case(request: StoreRequest, case_id: int) -> RecoveryCase:
    try:
        return case_for_viewer(request.store, case_id)
    except RecoveryCase.DoesNotExist:
        raise Http404 from None
