"""The list of surveys: what state each is in, and who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, once, store_page
from regard.survey.domain.definition.parts import TOUCHPOINTS
from regard.survey.domain.queries import (
    Overview,
    SurveyFilter,
    counts_of_surveys,
    overviews,
    surveys_page,
)
from regard.survey.domain.shipped import Shipped, add_shipped, shipped_of
from regard.survey.domain.surveys import draft_of
from regard.survey.models import SurveyState
from regard.survey.pages.asked import ICONS, TONES
from regard.ui.tabs import Tab

ALL, LIVE, DRAFTS, SHIPPED, OFTEN = "all", "live", "drafts", "shipped", "often"
IN_TAB: Mapping[str, SurveyFilter] = {
    ALL: SurveyFilter(),
    LIVE: SurveyFilter((SurveyState.LIVE, SurveyState.PAUSED)),
    DRAFTS: SurveyFilter((SurveyState.DRAFT,)),
}
ROWS = 50


@dataclass(frozen=True)
class Row:
    overview: Overview
    touchpoint: str
    questions: int
    tone: str
    icon: str


@store_page("surveys.read")
def surveys(request: StoreRequest) -> HttpResponse:
    tab, search = asked_for(request, "tab"), asked_for(request, "q")
    tab = tab if tab in {*IN_TAB, SHIPPED} else ALL
    if tab == SHIPPED:
        return _shipped_page(request, search)
    cursor = request.GET.get("cursor", "")
    try:
        page = surveys_page(request.store, IN_TAB[tab], search=search, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "rows": [_row(overview) for overview in overviews(page.rows)],
        "tabs": survey_tabs(request, tab, search),
        "tab": tab,
        "search": search,
        "kept": [("tab", "" if tab == ALL else tab)],
        "headings": _headings(),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "survey/surveys.html", context)


def _shipped_page(request: StoreRequest, search: str) -> HttpResponse:
    """Those that ship, whether the store has them or not."""
    context = {
        "shipped": [
            (one, TOUCHPOINTS[one.definition.touchpoint], len(one.definition.questions))
            for one in _shipped(request, search)
        ],
        "tabs": survey_tabs(request, SHIPPED, search),
        "tab": SHIPPED,
        "search": search,
        "kept": [("tab", SHIPPED)],
    }
    return render(request, "survey/shipped.html", context)


def _shipped(request: StoreRequest, search: str) -> list[Shipped]:
    word = search.strip().lower()
    known = once(request, shipped_of, request.store)
    return [
        each for each in known if word in f"{each.definition.name} {each.definition.key} {each.about}".lower()
    ]


@store_page(post="surveys.manage")
def take(request: StoreRequest, key: str) -> HttpResponse:
    """Make it the store's own, as a draft."""
    try:
        survey = add_shipped(request.store, key, actor=request.user.email)
    except KeyError:
        raise Http404 from None
    return redirect("survey", request.store.slug, survey.pk)


def _row(overview: Overview) -> Row:
    survey, definition = overview.survey, draft_of(overview.survey)
    touchpoint, questions = TOUCHPOINTS[definition.touchpoint], len(definition.questions)
    return Row(overview, touchpoint, questions, TONES[survey.state], ICONS[survey.state])


def survey_tabs(request: StoreRequest, current: str, search: str = "") -> list[Tab]:
    """The lists, and what holds for all surveys."""
    labels = {ALL: _("All"), LIVE: _("Live"), DRAFTS: _("Drafts"), SHIPPED: _("To begin with")}
    counts = counts_of_surveys(request.store, IN_TAB, search=search)
    counts[SHIPPED] = len(_shipped(request, search))
    address = reverse("surveys", args=[request.store.slug])
    lists = [
        Tab(label, f"{address}?{urlencode({'tab': name, 'q': search})}", name == current, counts[name])
        for name, label in labels.items()
    ]
    often = reverse("survey_how_often", args=[request.store.slug])
    return [*lists, Tab(_("How often"), often, current == OFTEN)]


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("Survey")},
        {"label": _("State")},
        {"label": _("Asked"), "css": "number"},
        {"label": _("Answered"), "css": "number"},
        {"label": _("Complete"), "css": "number wide-only"},
        {"label": _("Last answer"), "css": "tight wide-only"},
    ]
