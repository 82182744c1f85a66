"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.property_values import read_title
from regard.core.registry import event_words
from regard.journey.facts import JourneyEnded, JourneyEntered
from regard.journey.models import EnrolmentState

MOST = 120


def register_event_words() -> None:
    event_words.add(JourneyEntered.__name__, _entered)
    event_words.add(JourneyEnded.__name__, _ended)


def _entered(told: Mapping[str, Any]) -> str:
    journey = read_title(told, "journey", most=MOST)
    if told.get("held_out") is True:
        return _("Held out of the journey %s") % journey
    return _("Entered the journey %s") % journey


def _ended(told: Mapping[str, Any]) -> str:
    named = {"journey": read_title(told, "journey", most=MOST), "outcome": str(told.get("outcome", ""))}
    if named["outcome"] in EnrolmentState.values:
        named["outcome"] = str(EnrolmentState(named["outcome"]).label)
    return _("Journey %(journey)s: %(outcome)s") % named
