"""Who is or was in a journey, and taking people out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, notify, store_page
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.program import all_steps
from regard.journey.domain.handling import take_out
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.queries import enrolments_for_viewer
from regard.journey.domain.words import describe_step
from regard.journey.models import Enrolment, EnrolmentState
from regard.journey.pages.asked import PEOPLE, WAY_TONES, journey_asked, journey_context
from regard.ui.filters import Filter, chosen_of

ROWS = 50


@dataclass(frozen=True)
class Person:
    """at: the step at which they stand, or stood when it ended, in words."""

    enrolment: Enrolment
    tone: str
    at: str


@store_page("journeys.read")
def people(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    steps = step_labels(definition_of(found))
    state, step = asked_for(request, "state"), asked_for(request, "step")
    state, step = state if state in EnrolmentState.values else "", step if step in steps else ""
    cursor = request.GET.get("cursor", "")
    try:
        page = enrolments_for_viewer(found, state=state, step=step, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters = [
        Filter("state", _("State"), [(value, str(label)) for value, label in EnrolmentState.choices], state),
        Filter("step", _("Stands at"), list(steps.items()), step),
    ]
    context = {
        **journey_context(request, found, PEOPLE),
        "rows": _rows(page.rows, steps),
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "headings": _headings(),
        "acts": [{"label": _("Take out"), "act_icon": "arrow-right-start-on-rectangle", "danger": True}],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "journey/people.html", context)


def step_labels(definition: Definition) -> dict[str, str]:
    """Each step by its name, or by what it does."""
    return {step.id: step.name or describe_step(step).said for step in all_steps(definition.steps)}


def _rows(enrolments: Sequence[Enrolment], steps: dict[str, str]) -> list[Person]:
    return [Person(one, WAY_TONES.get(one.state, ""), steps.get(one.step, one.step)) for one in enrolments]


def _headings() -> list[dict[str, object]]:
    return [
        {"label": _("Customer")},
        {"label": _("State")},
        {"label": _("Stands at"), "css": "wide-only"},
        {"label": _("Entered"), "css": "tight wide-only"},
        {"label": _("Goes on"), "css": "tight"},
    ]


@store_page(post="journeys.manage")
def take(request: StoreRequest, journey_id: int) -> HttpResponse:
    """Take the chosen out; what was queued for them already is left to go."""
    found = journey_asked(request, journey_id)
    named = [
        value for value in request.POST.getlist("selected")[:ROWS] if value.isascii() and value.isdigit()
    ]
    ids = [int(value) for value in named if len(value) < 19]
    taken = take_out(request.store, ids, actor=request.user.email)
    if taken:
        said = ngettext("%d customer is taken out.", "%d customers are taken out.", taken)
        notify(request, said % taken)
    return redirect("journey_people", request.store.slug, found.pk)
