"""Somebody who comes to a survey by an address: which survey, how far they are, and whether they may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Identity
from regard.survey.domain.answering.links import hash_of
from regard.survey.domain.answering.places import STRAIGHT, Came
from regard.survey.domain.definition.parts import Definition, Question
from regard.survey.domain.flow import Path, Person, walk
from regard.survey.domain.knowing import person_from, person_known
from regard.survey.domain.published import definition_of
from regard.survey.domain.quotas import is_full
from regard.survey.models import (
    Channel,
    GivenAnswer,
    Invitation,
    InvitationState,
    Submission,
    Survey,
    SurveyState,
    SurveyVersion,
)


class LinkInvalid(ValueError):
    """The address was not made here, or what it was for is not kept any more."""


class Closed(StrEnum):
    """Why nobody can answer by an address any more."""

    EXPIRED = "expired"
    ENDED = "ended"
    FULL = "full"
    DONE = "done"  # anonymous, and answered: nothing leads back to what was said
    ELSEWHERE = "elsewhere"  # anonymous, and begun where somebody knows how far they are
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Visit:
    """A survey as somebody sees it. invitation: None by the open link; submission: None before an answer; sitting:
    where no invitation leads to the answers, the id that they have or will have.
    place: where the open link stands."""

    survey: Survey
    version: SurveyVersion
    definition: Definition
    invitation: Invitation | None = None
    submission: Submission | None = None
    channel: str = Channel.LINK.value
    sitting: UUID | None = None
    place: str = ""

    @property
    def store(self) -> Store:
        return self.survey.store

    @property
    def identity(self) -> Identity | None:
        """Whose answers they are; nobody's in an anonymous survey."""
        invited = self.invitation.identity if self.invitation and not self.definition.is_anonymous else None
        return self.submission.identity if self.submission else invited

    @property
    def customer_id(self) -> int | None:
        """Of whoever was invited, also where that is forgotten with the answers: their questions depend on it."""
        return self.invitation.identity.customer_id if self.invitation and self.invitation.identity else None

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """One query, none before the first."""
        if self.submission is None:
            return {}
        given = GivenAnswer.objects.filter(submission=self.submission)
        return dict(given.values_list("question_id", "value"))

    @cached_property
    def person(self) -> Person:
        """As they were known when they began. Two queries at the most."""
        if self.submission is not None:
            return person_from(self.submission.person, self.definition)
        return person_known(self.store, self.definition, self.customer_id)

    @cached_property
    def path(self) -> Path:
        return walk(self.definition, self.answers, self.person)

    @property
    def thing(self) -> tuple[str, str]:
        """The order and the product that it is about, by the shop's names."""
        # Of an anonymous survey only the invitation knows.
        held = self.invitation or self.submission
        return (held.order_external_id, held.product_external_id) if held else ("", "")

    def question(self, wanted: str) -> Question | None:
        """That on the way which somebody wants to see, else the one to ask now; None at the end."""
        return next((each for each in self.path.answered if each.id == wanted), None) or self.path.open

    def before(self, question: Question | None) -> Question | None:
        """The question that was asked before this one; of None the last."""
        ids = self.path.ids
        place = ids.index(question.id) if question and question.id in ids else len(ids)
        return self.path.answered[place - 1] if place else None


def visit_by_token(token: str, *, sitting: UUID | None = None) -> Visit:
    """Whoever was invited. sitting: what their browser knows of an anonymous one. Three queries.

    Raises LinkInvalid.
    """
    rows = Invitation.objects.select_related("survey__store", "survey__current", "identity__customer")
    invitation = rows.filter(token_hash=hash_of(token)).first()
    if invitation is None or invitation.survey.current is None:
        raise LinkInvalid
    survey = invitation.survey
    assert survey.current is not None  # noqa: S101 - looked at above
    definition = definition_of(survey.current)
    held = _sittings().filter(survey=survey)
    if definition.is_anonymous:
        sitting = sitting or uuid4()
        submission = held.filter(public_id=sitting, invitation=None).first()
    else:
        sitting, submission = None, held.filter(invitation=invitation).first()
    return _visit(survey, submission, invitation, invitation.channel, sitting)


def visit_by_open_link(link: str, *, sitting: UUID | None = None, came: Came = STRAIGHT) -> Visit:
    """Anybody. sitting: what their browser knows; came: what the address says of their way here. Two queries.

    Raises LinkInvalid.
    """
    survey = Survey.objects.select_related("store", "current").filter(link=link).first()
    if survey is None or survey.current is None or not survey.open_link:
        raise LinkInvalid
    held = _sittings().filter(survey=survey, invitation=None)
    submission = held.filter(public_id=sitting).first() if sitting else None
    visit = _visit(survey, submission, None, came.channel, sitting or uuid4())
    return replace(visit, place=came.place)


def seated(visit: Visit, sitting: UUID | None) -> Visit:
    """The visit of whoever answers by a form that says which sitting it begins, unless they are at one that their
    browser knows. One query at the most."""
    if sitting is None or visit.sitting in {None, sitting} or visit.submission is not None:
        return visit
    held = _sittings().filter(survey=visit.survey, invitation=None, public_id=sitting).first()
    again = _visit(visit.survey, held, visit.invitation, visit.channel, sitting)
    return replace(again, place=visit.place)


def closed_because(visit: Visit) -> Closed | None:
    """Why nobody can answer; None when they can. One query at the most, where there is a quota."""
    invitation, survey = visit.invitation, visit.survey
    if survey.state == SurveyState.ENDED:
        return Closed.ENDED
    if invitation is not None and _is_over(invitation):
        return Closed.EXPIRED
    answered = _answered_namelessly(visit)
    if answered is not None or visit.submission is not None:
        return answered
    if survey.state != SurveyState.LIVE and invitation is None:
        return Closed.NOT_YET
    return Closed.FULL if is_full(survey, visit.definition) else None


def _is_over(invitation: Invitation) -> bool:
    expires_at = invitation.expires_at
    return invitation.state == InvitationState.EXPIRED or (
        expires_at is not None and clock.now() >= expires_at
    )


def _answered_namelessly(visit: Visit) -> Closed | None:
    """One invitation is answered once, also where nothing leads from it to the answers."""
    invitation = visit.invitation
    if invitation is None or not visit.definition.is_anonymous:
        return None
    if invitation.state == InvitationState.COMPLETED:
        return Closed.DONE
    is_begun = invitation.state == InvitationState.PARTIAL
    return Closed.ELSEWHERE if is_begun and visit.submission is None else None


def _visit(
    survey: Survey,
    submission: Submission | None,
    invitation: Invitation | None,
    channel: str,
    sitting: UUID | None,
) -> Visit:
    """Who has begun goes on with the version that they began with."""
    version = submission.version if submission else survey.current
    assert version is not None  # noqa: S101 - both who come here have one
    return Visit(survey, version, definition_of(version), invitation, submission, channel, sitting)


def _sittings() -> Any:
    return Submission.objects.select_related("version", "identity__customer")
