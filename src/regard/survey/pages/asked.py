"""What every page of a survey begins with: which one it is, its tabs, and how its state looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest
from regard.survey.domain.queries import survey_with_id
from regard.survey.domain.surveys import is_changed
from regard.survey.models import Survey, SurveyState
from regard.ui.tabs import Tab

TONES: Mapping[str, str] = {
    SurveyState.DRAFT: "", SurveyState.LIVE: "good", SurveyState.PAUSED: "warning", SurveyState.ENDED: "",
}  # fmt: skip
ICONS: Mapping[str, str] = {
    SurveyState.DRAFT: "pencil", SurveyState.LIVE: "play", SurveyState.PAUSED: "pause", SurveyState.ENDED: "stop",
}  # fmt: skip
QUESTIONS, RESULTS, VERSIONS, TEXT = "questions", "results", "versions", "text"


def survey_asked(request: StoreRequest, survey_id: int) -> Survey:
    """Raises Http404 for one that the store has not."""
    try:
        return survey_with_id(request.store, survey_id)
    except Survey.DoesNotExist:
        raise Http404 from None


def edit_address(request: StoreRequest, survey: Survey) -> str:
    """Where somebody who may change surveys changes this one, "" for others."""
    if not role_allows(request.member.role, "surveys.manage"):
        return ""
    return reverse("survey_edit", args=[request.store.slug, survey.pk])


def survey_context(request: StoreRequest, survey: Survey, current: str) -> dict[str, Any]:
    """What the head of each of its pages shows. current: the tab."""
    routes = {
        QUESTIONS: ("survey", _("Questions")),
        RESULTS: ("survey_results", _("Results")),
        VERSIONS: ("survey_versions", _("Versions")),
        TEXT: ("survey_text", _("Text")),
    }
    return {
        "survey": survey,
        "tone": TONES[survey.state],
        "state_icon": ICONS[survey.state],
        "edit_url": edit_address(request, survey),
        "is_changed": is_changed(survey),
        "tabs": [
            Tab(label, reverse(route, args=[request.store.slug, survey.pk]), name == current)
            for name, (route, label) in routes.items()
        ],
    }
