"""Switching a journey on, after a look at whom it would have reached; pausing it, off, and deleting a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core import clock
from regard.core.domain.written.reading import DefinitionInvalid, Problem
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, store_page, warn
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.parts import AlertStart, DateStart, Definition, HandStart, SegmentStart
from regard.journey.domain.history import Reach, reach_of
from regard.journey.domain.journeys import definition_of, delete_draft, pause_journey, switch_off, switch_on
from regard.journey.domain.words import describe_start
from regard.journey.models import Journey
from regard.journey.pages.asked import FLOW, journey_asked, journey_context
from regard.ui.charts.answers import chart_context
from regard.ui.charts.chart import WHOLE_PAGE, Chart, Drawing, Series

DAYS_A_BAR = 7


@store_page("journeys.manage", post="journeys.manage")
def on(request: StoreRequest, journey_id: int) -> HttpResponse:
    """Whom it would have reached in the last ninety days, what keeps it from going, and the switch itself."""
    found = journey_asked(request, journey_id)
    if request.method == "POST":
        return _switch(request, found)
    definition = definition_of(found)
    problems = check_definition(request.store, definition)
    context = {
        **journey_context(request, found, FLOW),
        "starts": describe_start(definition.start),
        "definition": definition,
        "problems": problems,
        "is_counted": bool(asked_for(request, "counted")) and not problems,
    }
    if context["is_counted"]:
        context |= _reached(request, definition)
    return render(request, "journey/on.html", context)


def _switch(request: StoreRequest, found: Journey) -> HttpResponse:
    try:
        switch_on(found, actor=request.user.email)
    except DefinitionInvalid as error:
        warn(request, said_of(error.problems[0]))
        return redirect("journey_on", request.store.slug, found.pk)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("“%s” is on.") % found.name)
    return redirect("journey", request.store.slug, found.pk)


def said_of(problem: Problem) -> str:
    """A problem in one line, with its place."""
    return str(problem)


def _reached(request: StoreRequest, definition: Definition) -> dict[str, Any]:
    reach = reach_of(request.store, definition)
    return {
        "reach": reach,
        "held_out": round(reach.customers * definition.holdout / 100),
        "asked_of": _asked_of(definition),
        "others": [(outcome.label, count) for outcome, count in reach.outcomes.items() if count],
        **(chart_context(_chart(reach)) if reach.by_day else {}),
    }


def _asked_of(definition: Definition) -> str:
    """What the number of customers is of, which the kind of start says."""
    if isinstance(definition.start, SegmentStart):
        return _("They are in the segment now. Who enters or leaves it from now on comes into the journey.")
    if isinstance(definition.start, HandStart):
        return _("So many may be sent it now; nobody comes in before somebody sends it.")
    if isinstance(definition.start, AlertStart):
        return _("So many may enter now; nobody comes in before such an alert is raised.")
    if isinstance(definition.start, DateStart):
        return _("Their day was in the last 90 days.")
    return _("As they are today, asked of what happened in the last 90 days.")


def _chart(reach: Reach) -> Chart:
    """By day, as it was, from ninety days ago until today."""
    today = clock.now().date()
    days = [today - timedelta(days=number) for number in range(reach.days - 1, -1, -1)]
    labels = tuple(formats.date_format(day, "SHORT_DATE_FORMAT") for day in days)
    values = tuple(float(reach.by_day.get(day.isoformat(), 0)) for day in days)
    said = ngettext("%d time in 90 days", "%d times in 90 days", reach.entered) % reach.entered
    return Chart(
        title=_("Who would have come in, by day"),
        summary=said,
        n="",
        definition=_("How often somebody would have entered on each day, had it been on."),
        headings=(_("Day"), _("Entered")),
        rows=tuple((label, str(int(value))) for label, value in zip(labels, values, strict=True)),
        drawing=Drawing(
            kind="line", places=labels, series=(Series(_("Entered"), values),), lowest=0, width=WHOLE_PAGE
        ),
    )


@store_page(post="journeys.manage")
def pause(request: StoreRequest, journey_id: int) -> HttpResponse:
    return _change(request, journey_id, pause_journey, _("“%s” is paused."))


@store_page(post="journeys.manage")
def off(request: StoreRequest, journey_id: int) -> HttpResponse:
    return _change(request, journey_id, switch_off, _("“%s” is off."))


def _change(request: StoreRequest, journey_id: int, change: Callable[..., None], said: str) -> HttpResponse:
    found = journey_asked(request, journey_id)
    try:
        change(found, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, said % found.name)
    return redirect("journey", request.store.slug, found.pk)


@store_page(post="journeys.manage")
def delete(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    try:
        delete_draft(found, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("journey", request.store.slug, journey_id)
    notify(request, _("The draft “%s” is deleted.") % found.name)
    return redirect("journeys", request.store.slug)
