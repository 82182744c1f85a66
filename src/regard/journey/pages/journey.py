"""The page of a journey: how it goes, drawn from the top down, with what happened at each step."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, notify, store_page
from regard.journey.domain.broadcasting import broadcasts_of
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.handling import move_to_current
from regard.journey.domain.journeys import definition_of, export_journey
from regard.journey.domain.queries import (
    inside_by_step,
    inside_by_version,
    overviews,
    totals_of_journeys,
    versions_for_viewer,
)
from regard.journey.domain.words import again_in_words, describe_exit, describe_start
from regard.journey.models import JourneyState
from regard.journey.pages.asked import FLOW, TEXT, VERSIONS, journey_asked, journey_context
from regard.journey.pages.flow import shown_steps

VERSIONS_SHOWN = 50


@store_page("journeys.read")
def journey(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    definition = definition_of(found)
    totals = totals_of_journeys([found]).get(found.pk, {})
    context = {
        **journey_context(request, found, FLOW),
        **about(definition),
        "broadcasts": (sendings := broadcasts_of(found)),
        "is_sending": found.state == JourneyState.ON and any(one.ended_at is None for one in sendings),
        "overview": overviews([found])[0],
        "steps": shown_steps(definition.steps, totals, inside_by_step(found)),
    }
    return render(request, "journey/journey.html", context)


def about(definition: Definition) -> dict[str, Any]:
    """What is said of a journey beside its steps."""
    return {
        "definition": definition,
        "starts": describe_start(definition.start),
        "exits": [describe_exit(one) for one in definition.exits],
        "again": again_in_words(definition),
    }


@store_page("journeys.read")
def versions(request: StoreRequest, journey_id: int) -> HttpResponse:
    """Who changed it when, and on which version those are who are inside."""
    found = journey_asked(request, journey_id)
    inside = inside_by_version(found)
    shown = versions_for_viewer(found)[:VERSIONS_SHOWN]
    context = {
        **journey_context(request, found, VERSIONS),
        "rows": [(version, inside.get(version.pk, 0)) for version in shown],
        "elsewhere": sum(count for version_id, count in inside.items() if version_id != found.current_id),
    }
    return render(request, "journey/versions.html", context)


@store_page(post="journeys.manage")
def move(request: StoreRequest, journey_id: int) -> HttpResponse:
    """Those inside go on by the current version, as far as it has the step at which they stand."""
    found = journey_asked(request, journey_id)
    moved, stayed = move_to_current(found, actor=request.user.email)
    said = ngettext("%d customer goes on by the current version.", "%d customers go on by it.", moved) % moved
    if stayed:
        left = ngettext("%d stays: its step is not there any more.", "%d stay: their step is gone.", stayed)
        said = f"{said} {left % stayed}"
    notify(request, said)
    return redirect("journey_versions", request.store.slug, found.pk)


@store_page("journeys.read")
def text(request: StoreRequest, journey_id: int) -> HttpResponse:
    """The journey as YAML, to read, copy and keep elsewhere."""
    found = journey_asked(request, journey_id)
    context = {**journey_context(request, found, TEXT), "text": export_journey(found), "label": _("YAML")}
    return render(request, "journey/text.html", context)


@store_page("journeys.read")
def text_file(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    response = HttpResponse(export_journey(found), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.yaml"'
    return response
