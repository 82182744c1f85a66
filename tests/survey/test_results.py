"""What came of surveys: figures, and all of it as CSV."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.results import Wanted, export_rows, results_of
from regard.survey.domain.surveys import definition_of, publish_survey, save_draft
from tests.survey.sittings import add_sitting, add_survey

pytestmark = pytest.mark.django_db
TEXT = """
survey: spent
name: spent
languages: [en]
title: {en: Spent}
questions:
- {id: spent, kind: number, text: {en: '%s'}}
%s"""


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user("ana@acme.example")
    add_member(store=store, user=user, role="owner", actor="tests")
    client = Client()
    client.force_login(user)
    return client


def published(store: Store, text: str, more: str = ""):
    survey = save_draft(store, read_yaml(TEXT % (text, more)), actor="tests")
    publish_survey(survey, actor="tests")
    return survey


def test_numbers_of_many_digits_are_counted_apart_and_averaged_as_they_are(store):
    survey = published(store, "How much did you spend?")
    for spent in (12_345_678, 12_345_679, 9, 9, 0.1, 2.5):
        add_sitting(survey, {"spent": spent})
    [result] = results_of(survey, definition_of(survey.current), Wanted())
    assert result.counts == {"12345678": 1, "12345679": 1, "9": 2, "0.1": 1, "2.5": 1}
    assert result.figures[0].value == pytest.approx((12_345_678 + 12_345_679 + 9 + 9 + 0.1 + 2.5) / 6)


def test_every_sitting_is_a_line_of_the_export(store):
    survey = add_survey(store)
    for number in range(7):
        add_sitting(survey, {"score": number, "why": f"For {number}."})
    lines = list(export_rows(survey, definition_of(survey.current), Wanted()))
    assert lines[0][-6:] == ["score", "why", "trouble", "parts", "again", "size"]
    assert [line[-6:-4] for line in lines[1:]] == [[str(number), f"For {number}."] for number in range(7)]


def test_a_version_is_shown_and_exported_by_its_own_questions(store, owner):
    survey = published(store, "How much did you spend?", "- {id: where, kind: text, text: {en: 'Where?'}}\n")
    add_sitting(survey, {"spent": 12, "where": "Online."})
    published(store, "How much will you spend?")
    survey.refresh_from_db()
    base = f"/s/{store.slug}/surveys/{survey.pk}/results"
    first, latest = owner.get(f"{base}/?version=1"), owner.get(f"{base}/")
    assert "How much did you spend?" in first.content.decode()
    assert "Where?" in first.content.decode()
    assert "How much will you spend?" in latest.content.decode()
    assert "Where?" not in latest.content.decode()
    told = b"".join(owner.get(f"{base}.csv?version=1")).decode("utf-8-sig")
    heading, line = csv.reader(io.StringIO(told))
    assert (heading[-2:], line[-2:]) == (["spent", "where"], ["12", "Online."])
