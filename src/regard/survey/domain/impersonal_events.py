"""What stays of the facts of this room in the log when their person is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import one_of, thing
from regard.core.registry import impersonal_fields
from regard.survey.domain.asking.reasons import Why
from regard.survey.facts import SurveyCompleted, SurveyInvited, SurveyNotAsked, SurveyStarted
from regard.survey.models import Channel

NAMED = dict.fromkeys(("survey", "survey_key", "invitation", "submission", "origin"), thing)


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up. What became an attribute is gone with its person."""
    told = {**NAMED, "channel": one_of(Channel.values), "why": one_of(Why.values)}
    for fact in (SurveyInvited, SurveyNotAsked, SurveyStarted, SurveyCompleted):
        impersonal_fields.add(fact.__name__, told)
