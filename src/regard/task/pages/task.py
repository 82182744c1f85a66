"""The page of one task, and making one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.members import members_of
from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, store_page
from regard.core.models import User
from regard.core.registry import customer_panels
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.task.domain.making import LONGEST_TEXT, LONGEST_TITLE, make_task
from regard.task.domain.queries import task_for_viewer
from regard.task.models import Task, TaskResult
from regard.task.pages.tasks import members_to_give_to, origin_words


class NewTask(forms.Form):
    title = forms.CharField(label=_lazy("What is to be done"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_lazy("What one should know for it"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    owner = forms.ChoiceField(label=_lazy("Whose it is"), required=False)
    due_at = forms.DateTimeField(
        label=_lazy("To be done by"), required=False,
        help_text=_lazy("Whoever leads the store is told when that passes."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, request: StoreRequest) -> None:
        super().__init__(request.POST or None)
        self.users = {str(member.user_id): member.user for member in members_of(request.store)}
        named = [(key, str(user)) for key, user in self.users.items()]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - as declared above, for mypy
        owner.choices = [("", _("Nobody's yet")), *named]

    def owner_chosen(self) -> User | None:
        return self.users.get(self.cleaned_data["owner"])


@store_page("tasks.read")
def task(request: StoreRequest, task_id: int) -> HttpResponse:
    try:
        found = task_for_viewer(request.store, task_id)
    except Task.DoesNotExist:
        raise Http404 from None
    context = {
        "task": found,
        "origin": origin_words(found.origin),
        "members": members_to_give_to(request),
        "results": TaskResult.choices,
        "panels": _panels(request, found.customer) if found.customer else [],
        "customer": found.customer,
    }
    return render(request, "task/task.html", context)


@store_page("tasks.handle", post="tasks.handle")
def new_task(request: StoreRequest) -> HttpResponse:
    """For the customer that the address names, or for nobody in particular."""
    customer = _customer(request)
    form = NewTask(request)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = make_task(
                store=request.store, title=told["title"], text=told["text"], customer=customer,
                owner=form.owner_chosen(), due_at=told["due_at"], actor=request.user.email,
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The task is made."))
            return redirect("task", request.store.slug, made.pk)
    return render(request, "task/task_new.html", {"form": form, "customer": customer})


def _customer(request: StoreRequest) -> Customer | None:
    named = asked_for(request, "customer")
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        raise Http404
    try:
        return customer_for_viewer(request.store, int(named))
    except Customer.DoesNotExist:
        raise Http404 from None


def _panels(request: StoreRequest, customer: Customer) -> list[Any]:
    """What other rooms say of the customer at a glance; nothing to those who may not see customers."""
    if not role_allows(request.member.role, "customers.read"):
        return []
    glances = sorted((panel for panel in customer_panels if panel.glance), key=lambda panel: panel.order)
    return [panel.render(request, request.store, customer.pk) for panel in glances]
