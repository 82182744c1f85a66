"""What this room records. What was answered, or taken back, is told by listen's facts AnswerGiven and
AnswerWithdrawn, which this room records too.

Of anonymous surveys nothing is told of who began or finished.
"""

from __future__ import annotations

from typing import Any, ClassVar

from regard.core.registry import Fact, fact
from regard.profile.facts import CustomerFact


@fact
class SurveyInvited(Fact, frozen=True, kw_only=True):
    """A customer was asked a survey. origin: who wanted it, such as "journey:after-delivery"."""

    identity_id: int
    invitation: str
    survey: str
    survey_key: str
    channel: str
    origin: str


@fact
class SurveyNotAsked(Fact, frozen=True, kw_only=True):
    """A customer was not asked a survey that somebody wanted asked. why: of domain/asking/reasons.py."""

    identity_id: int
    invitation: str
    survey: str
    survey_key: str
    origin: str
    why: str


@fact
class SurveyStarted(Fact, frozen=True, kw_only=True):
    """A customer gave the first answer of a sitting."""

    identity_id: int | None
    submission: str
    survey: str
    survey_key: str
    version: int
    channel: str
    invitation: str = ""


@fact
class SurveyCompleted(Fact, frozen=True, kw_only=True):
    """A customer came to the end of a survey. answers: how many questions they answered."""

    identity_id: int | None
    submission: str
    survey: str
    survey_key: str
    version: int
    channel: str
    answers: int
    invitation: str = ""


@fact
class PreferenceAnswered(CustomerFact, frozen=True, kw_only=True):
    """An answer that becomes an attribute of the customer. traits: by its name, as of `identify`."""

    shows_customer: ClassVar[bool] = False

    survey: str
    traits: dict[str, Any]
