"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import read_title
from regard.core.registry import Fact, event_words
from regard.survey.domain.asking.reasons import why_in_words
from regard.survey.facts import (
    PreferenceAnswered,
    SurveyCompleted,
    SurveyInvited,
    SurveyNotAsked,
    SurveyStarted,
)
from regard.survey.models import Channel

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    SurveyInvited: gettext_lazy("Was asked the survey “%(survey)s” (%(channel)s)"),
    SurveyStarted: gettext_lazy("Began to answer the survey “%(survey)s”"),
    SurveyCompleted: gettext_lazy("Finished the survey “%(survey)s”"),
}


def register_event_words() -> None:
    """Fill the registry; once, at start-up."""
    for fact, sentence in SENTENCES.items():
        event_words.add(fact.__name__, partial(_plain, sentence))
    event_words.add(SurveyNotAsked.__name__, _not_asked)
    event_words.add(PreferenceAnswered.__name__, _preferred)


def _plain(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % {"survey": _survey(told), "channel": _channel(told)}


def _not_asked(told: Mapping[str, Any]) -> str:
    words = {"survey": _survey(told), "why": why_in_words(read_title(told, "why", most=MOST))}
    return _("Was not asked the survey “%(survey)s”: %(why)s") % words


def _preferred(told: Mapping[str, Any]) -> str:
    traits = told.get("traits")
    names = ", ".join(sorted(traits)) if isinstance(traits, dict) else ""
    return _("Told the survey “%(survey)s”: %(names)s") % {"survey": _survey(told), "names": names[:MOST]}


def _survey(told: Mapping[str, Any]) -> str:
    return read_title(told, "survey", "survey_key", most=MOST)


def _channel(told: Mapping[str, Any]) -> str:
    channel = told.get("channel")
    return str(Channel(channel).label) if channel in Channel.values else str(channel or "")
