"""The list of journeys: what each starts with, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.queries import Overview, journeys_for_viewer, overviews
from regard.journey.domain.words import Described, describe_start
from regard.journey.models import Journey, JourneyState
from regard.journey.pages.asked import ICONS, TONES
from regard.ui.tabs import Tab

ALL, ON, DRAFTS, PLAYBOOKS = "all", "on", "drafts", "playbooks"
# Of each tab: the states that it shows, and whether it shows playbooks nobody has switched on yet.
IN_TAB: Mapping[str, Sequence[str]] = {
    ON: (JourneyState.ON, JourneyState.PAUSED),
    DRAFTS: (JourneyState.DRAFT,),
    ALL: tuple(JourneyState),
}


@dataclass(frozen=True)
class Row:
    overview: Overview
    starts: Described
    tone: str
    icon: str


@store_page("journeys.read")
def journeys(request: StoreRequest) -> HttpResponse:
    tab, search = asked_for(request, "tab"), asked_for(request, "q")
    tab = tab if tab in {*IN_TAB, PLAYBOOKS} else ALL
    found = journeys_for_viewer(request.store, search=search)
    shown = [journey for journey in found if _is_in(tab, journey)]
    context = {
        "rows": [_row(overview) for overview in overviews(shown)],
        "tabs": _tabs(found, tab, search),
        "tab": tab,
        "search": search,
        "kept": [("tab", "" if tab == ALL else tab)],
        "headings": _headings(),
    }
    return render(request, "journey/journeys.html", context)


def _is_in(tab: str, journey: Journey) -> bool:
    waits = journey.is_playbook and journey.state == JourneyState.DRAFT
    if tab == PLAYBOOKS:
        return journey.is_playbook
    return journey.state in IN_TAB[tab] and not waits


def _row(overview: Overview) -> Row:
    journey = overview.journey
    return Row(
        overview, describe_start(definition_of(journey).start), TONES[journey.state], ICONS[journey.state]
    )


def _tabs(found: Iterable[Journey], current: str, search: str) -> list[Tab]:
    labels = {ALL: _("All"), ON: _("On"), DRAFTS: _("Drafts"), PLAYBOOKS: _("Playbooks")}
    kept = f"&q={search}" if search else ""
    journeys = list(found)
    return [
        Tab(label, f"?tab={name}{kept}", name == current, sum(_is_in(name, one) for one in journeys))
        for name, label in labels.items()
    ]


def _headings() -> list[dict[str, str]]:
    wide = "number wide-only"
    return [
        {"label": _("Journey")},
        {"label": _("State")},
        {"label": _("Entered"), "css": "number"},
        {"label": _("Inside"), "css": "number"},
        {"label": _("Goal"), "css": wide},
        {"label": _("Held out"), "css": wide},
        {"label": _("Sent"), "css": wide},
    ]
