"""What every page of a journey begins with: which one it is, its tabs, and how its state looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest
from regard.journey.domain.definition.parts import HandStart
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.queries import journey_with_id
from regard.journey.models import EnrolmentState, Journey, JourneyState
from regard.ui.tabs import Tab

TONES: Mapping[str, str] = {
    JourneyState.DRAFT: "", JourneyState.ON: "good", JourneyState.PAUSED: "warning", JourneyState.OFF: "",
}  # fmt: skip
ICONS: Mapping[str, str] = {
    JourneyState.DRAFT: "pencil", JourneyState.ON: "play", JourneyState.PAUSED: "pause",
    JourneyState.OFF: "stop",
}  # fmt: skip
WAY_TONES: Mapping[str, str] = {
    EnrolmentState.ACTIVE: "info", EnrolmentState.GOAL: "good", EnrolmentState.FAILED: "bad",
}  # fmt: skip
FLOW, PEOPLE, TRIAL, VERSIONS, TEXT = "flow", "people", "trial", "versions", "text"


def journey_asked(request: StoreRequest, journey_id: int) -> Journey:
    """Raises Http404 for one that the store has not."""
    try:
        return journey_with_id(request.store, journey_id)
    except Journey.DoesNotExist:
        raise Http404 from None


def edit_address(request: StoreRequest, journey: Journey) -> str:
    """Where somebody who may change journeys changes this one, "" for others."""
    if not role_allows(request.member.role, "journeys.manage"):
        return ""
    return reverse("journey_edit", args=[request.store.slug, journey.pk])


def journey_context(request: StoreRequest, journey: Journey, current: str) -> dict[str, Any]:
    """What the head of each of its pages shows. current: the tab."""
    routes = {
        FLOW: ("journey", _("Steps")),
        PEOPLE: ("journey_people", _("People")),
        TRIAL: ("journey_try", _("Dry run")),
        VERSIONS: ("journey_versions", _("Versions")),
        TEXT: ("journey_text", _("Text")),
    }
    return {
        "journey": journey,
        "is_by_hand": isinstance(definition_of(journey).start, HandStart),
        "tone": TONES[journey.state],
        "edit_url": edit_address(request, journey),
        "state_icon": ICONS[journey.state],
        "tabs": [
            Tab(label, reverse(route, args=[request.store.slug, journey.pk]), name == current)
            for name, (route, label) in routes.items()
        ],
    }
