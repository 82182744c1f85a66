"""The list of journeys: what each starts with, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, once, store_page
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.playbooks import Playbook, add_playbook, playbooks_of
from regard.journey.domain.queries import (
    JourneyFilter,
    Overview,
    counts_of_journeys,
    journeys_page,
    overviews,
)
from regard.journey.domain.words import Described, describe_start
from regard.journey.models import JourneyState
from regard.journey.pages.asked import ICONS, TONES
from regard.ui.tabs import Tab

ALL, ON, DRAFTS, PLAYBOOKS = "all", "on", "drafts", "playbooks"
IN_TAB: Mapping[str, JourneyFilter] = {
    ALL: JourneyFilter(),
    ON: JourneyFilter((JourneyState.ON, JourneyState.PAUSED)),
    DRAFTS: JourneyFilter((JourneyState.DRAFT,)),
}
ROWS = 50


@dataclass(frozen=True)
class Row:
    overview: Overview
    starts: Described
    tone: str
    icon: str


@dataclass(frozen=True)
class ShippedRow:
    """A playbook. journey: the store's own of it, None while it has not got it."""

    playbook: Playbook
    starts: Described


@store_page("journeys.read")
def journeys(request: StoreRequest) -> HttpResponse:
    tab, search = asked_for(request, "tab"), asked_for(request, "q")
    tab = tab if tab in {*IN_TAB, PLAYBOOKS} else ALL
    if tab == PLAYBOOKS:
        return _playbooks(request, search)
    cursor = request.GET.get("cursor", "")
    try:
        page = journeys_page(request.store, IN_TAB[tab], search=search, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "rows": [_row(overview) for overview in overviews(page.rows)],
        "tabs": _tabs(request, tab, search),
        "tab": tab,
        "search": search,
        "kept": [("tab", "" if tab == ALL else tab)],
        "headings": _headings(),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "journey/journeys.html", context)


def _playbooks(request: StoreRequest, search: str) -> HttpResponse:
    """Those that ship, whether the store has them or not."""
    found = _shipped(request, search)
    context = {
        "shipped": [ShippedRow(each, describe_start(each.definition.start)) for each in found],
        "tabs": _tabs(request, PLAYBOOKS, search),
        "tab": PLAYBOOKS,
        "search": search,
        "kept": [("tab", PLAYBOOKS)],
    }
    return render(request, "journey/playbooks.html", context)


def _shipped(request: StoreRequest, search: str) -> list[Playbook]:
    word = search.strip().lower()
    known = once(request, playbooks_of, request.store)
    return [
        each
        for each in known
        if word in f"{each.definition.name} {each.definition.key} {each.definition.description}".lower()
    ]


@store_page(post="journeys.manage")
def take_playbook(request: StoreRequest, key: str) -> HttpResponse:
    """Make it the store's own, as a draft."""
    try:
        journey = add_playbook(request.store, key, actor=request.user.email)
    except KeyError:
        raise Http404 from None
    return redirect("journey", request.store.slug, journey.pk)


def _row(overview: Overview) -> Row:
    journey = overview.journey
    return Row(
        overview, describe_start(definition_of(journey).start), TONES[journey.state], ICONS[journey.state]
    )


def _tabs(request: StoreRequest, current: str, search: str) -> list[Tab]:
    labels = {ALL: _("All"), ON: _("On"), DRAFTS: _("Drafts"), PLAYBOOKS: _("Playbooks")}
    counts = counts_of_journeys(request.store, IN_TAB, search=search)
    counts[PLAYBOOKS] = len(_shipped(request, search))
    return [
        Tab(label, f"?{urlencode({'tab': name, 'q': search})}", name == current, counts[name])
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
