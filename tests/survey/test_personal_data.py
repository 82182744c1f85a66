"""What surveys keep of a customer is given out and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regard.capture.domain.impersonal import impersonal_id
from regard.profile.models import Customer, Identity, IdentityKind
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.definition.writing import definition_values
from regard.survey.domain.personal_data import erase_asked, export_asked
from regard.survey.models import (
    Channel,
    GivenAnswer,
    Invitation,
    InvitationState,
    Submission,
    Survey,
    SurveyVersion,
    Upload,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TEXT = """
survey: after
name: After
title: After
questions:
- {id: score, kind: nps, text: How}
- {id: why, text: Why}
- {id: born, kind: date, text: When}
- {id: colour, kind: single, text: Which, options: [{value: red, text: Red}]}
- {id: photo, kind: file, text: Show}
"""


def person(store, name):
    customer = Customer.objects.create(store=store, first_seen_at=NOW, last_seen_at=NOW)
    identity = Identity.objects.create(store=store, customer=customer, kind=IdentityKind.USER_ID, value=name)
    return customer, identity


def answered(store, survey, version, identity, token):
    invitation = Invitation.objects.create(
        store=store, survey=survey, identity=identity, token_hash=token * 32, key=f"k{identity.pk}",
        channel=Channel.EMAIL, invited_at=NOW, order_external_id="anna@example.org", state=InvitationState.PARTIAL,
    )  # fmt: skip
    sitting = Submission.objects.create(
        store=store, survey=survey, version=version, invitation=invitation, identity=identity,
        channel=Channel.EMAIL, started_at=NOW, last_at=NOW, person={"holds": [True]},
    )  # fmt: skip
    given = {
        "score": (3, 3.0, ""), "why": ("Late", None, "Late"), "born": ("1990-01-02", None, ""),
        "colour": ("red", None, ""), "photo": ({"name": "me.png"}, None, ""),
    }  # fmt: skip
    for question, (value, figure, text) in given.items():
        GivenAnswer.objects.create(
            store=store, survey=survey, submission=sitting, question_id=question, value=value, figure=figure,
            text=text, given_at=NOW,
        )  # fmt: skip
    Upload.objects.create(
        store=store, submission=sitting, question_id="photo", name="me.png", type="image/png", size=3,
        content=b"abc", sha256=b"x" * 32, sent_at=NOW,
    )  # fmt: skip
    return sitting


@pytest.fixture
def sittings(store):
    values = definition_values(read_yaml(TEXT))
    survey = Survey.objects.create(store=store, key="after", name="After", draft=values)
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=values)
    (anna, of_anna), (_ben, of_ben) = person(store, "anna"), person(store, "ben")
    return anna, [
        answered(store, survey, version, one, token) for one, token in ((of_anna, b"a"), (of_ben, b"b"))
    ]


def test_all_that_is_held_is_given_out(store, other_store, sittings):
    anna, (sitting, _of_ben) = sittings
    held = export_asked(store, anna.pk)
    assert [one["survey__key"] for one in held["invitations"]] == ["after"]
    assert [one["id"] for one in held["submissions"]] == [sitting.pk]
    assert [one["value"] for one in held["answers"]] == [3, "Late", "1990-01-02", "red", {"name": "me.png"}]
    assert [(one["name"], one["content"]) for one in held["files"]] == [("me.png", "YWJj")]
    assert export_asked(other_store, anna.pk) == {
        "invitations": [], "submissions": [], "answers": [], "files": [],
    }  # fmt: skip


def test_words_days_files_and_addresses_are_forgotten_and_figures_stay(store, sittings):
    anna, (sitting, of_ben) = sittings
    assert erase_asked(store, anna.pk) == 6
    answers = GivenAnswer.objects.filter(submission=sitting).order_by("id")
    assert [(one.value, one.figure, one.text) for one in answers] == [
        (3, 3.0, ""), (None, None, ""), (None, None, ""), ("red", None, ""), (None, None, ""),
    ]  # fmt: skip
    sitting.refresh_from_db()
    invitation = Invitation.objects.get(pk=sitting.invitation_id)
    assert (sitting.person, Upload.objects.filter(submission=sitting).count()) == ({}, 0)
    assert (invitation.token_hash, invitation.key, invitation.state) == (None, "", InvitationState.PARTIAL)
    assert invitation.order_external_id == impersonal_id("anna@example.org")
    assert GivenAnswer.objects.filter(submission=of_ben, text="Late").count() == 1
    assert Upload.objects.filter(submission=of_ben).count() == 1
