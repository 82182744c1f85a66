"""Surveys with people who were asked and answered, made without the pages on which they do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from regard.core import clock
from regard.core.models import Store
from regard.survey.domain.answering.telling import text_of
from regard.survey.domain.answers import figure_of
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.published import definition_of
from regard.survey.domain.surveys import publish_survey, save_draft
from regard.survey.models import Channel, GivenAnswer, Invitation, InvitationState, Submission, Survey, Upload

TEXT = """
survey: {key}
name: {key}
languages: [en, de]
title: {{en: 'How was it?', de: 'Wie war es?'}}
questions:
- id: score
  kind: nps
  text: {{en: 'How likely are you to recommend us?', de: 'Wie wahrscheinlich empfehlen Sie uns?'}}
  ends: {{lowest: {{en: unlikely, de: unwahrscheinlich}}, highest: {{en: likely, de: wahrscheinlich}}}}
  required: true
  goto: [{{when: answers.score >= 9, to: end}}]
- {{id: why, kind: text, text: {{en: 'Why?', de: 'Warum?'}}}}
- id: trouble
  kind: multiple
  text: {{en: 'What went wrong?', de: 'Was ging schief?'}}
  options: [{{value: late, text: {{en: Late, de: Zu spät}}}}, {{value: broken, text: {{en: Broken, de: Kaputt}}}}]
- id: parts
  kind: matrix
  text: {{en: 'And in particular?', de: 'Und im Einzelnen?'}}
  rows: [{{value: look, text: {{en: Look, de: Aussehen}}}}]
  options: [{{value: bad, text: {{en: Bad, de: Schlecht}}}}, {{value: good, text: {{en: Good, de: Gut}}}}]
- {{id: again, kind: consent, text: {{en: You may ask me again, de: Sie dürfen wieder fragen}}}}
- id: size
  kind: csat
  text: {{en: 'How is the size?', de: 'Wie ist die Größe?'}}
  ends: {{lowest: {{en: bad, de: schlecht}}, highest: {{en: good, de: gut}}}}
tested: personal
"""


def add_survey(store: Store, key: str = "after", *, live: bool = True) -> Survey:
    survey = save_draft(store, read_yaml(TEXT.format(key=key)), actor="tests")
    if live:
        publish_survey(survey, actor="tests")
    return survey


def add_sitting(
    survey: Survey,
    answers: dict[str, Any],
    *,
    at: datetime | None = None,
    channel: str = Channel.EMAIL,
    **more: Any,
) -> Submission:
    """Complete, and on the current version."""
    moment = at or clock.now() - timedelta(hours=1)
    assert survey.current is not None
    sitting = Submission.objects.create(
        store=survey.store, survey=survey, version=survey.current, channel=channel, language="en",
        started_at=moment, last_at=moment, completed_at=moment, answers=len(answers), **more,
    )  # fmt: skip
    questions = {question.id: question for question in definition_of(survey.current).questions}
    for name, value in answers.items():
        GivenAnswer.objects.create(
            store=survey.store, survey=survey, submission=sitting, question_id=name, value=value,
            figure=figure_of(questions[name], value), text=text_of(questions[name], value),
            given_at=moment, response_external_id=f"{sitting.public_id}:{name}",
        )  # fmt: skip
    return sitting


def add_upload(sitting: Submission, name: str = "photo.png", question: str = "photo") -> Upload:
    """A picture, and the answer that it is."""
    content, at = b"\x89PNG\r\n\x1a\n", sitting.last_at
    told = {"name": name, "type": "image/png", "size": len(content)}
    of: dict[str, Any] = {"store": sitting.store, "submission": sitting, "question_id": question}
    GivenAnswer.objects.create(survey=sitting.survey, value=told, given_at=at, **of)
    return Upload.objects.create(
        name=name, type="image/png", size=len(content), content=content, sha256=b"", sent_at=at, **of
    )


def add_invitation(survey: Survey, state: str = InvitationState.WAITING, **more: Any) -> Invitation:
    asked = {"channel": Channel.EMAIL, "invited_at": clock.now()} | more
    return Invitation.objects.create(store=survey.store, survey=survey, state=state, **asked)
