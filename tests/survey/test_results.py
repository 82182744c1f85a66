"""What came of surveys: figures, and all of it as CSV."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection, transaction
from django.db.models import Count, Max, Q

from regard.core.models import Store
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.exporting import export_rows
from regard.survey.domain.published import definition_of
from regard.survey.domain.results import results_of
from regard.survey.domain.sittings import Wanted, answers_of
from regard.survey.domain.surveys import publish_survey, save_draft
from regard.survey.models import Invitation, Submission, Survey
from tests.survey.sittings import add_invitation, add_sitting, add_survey

pytestmark = pytest.mark.django_db
TEXT = """
survey: spent
name: spent
languages: [en]
title: {en: Spent}
questions:
- {id: spent, kind: number, text: {en: '%s'}}
%s"""


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
    # What was written stands under the question that was asked.
    assert latest.content.decode().count("Where?") == 1
    told = b"".join(owner.get(f"{base}.csv?version=1")).decode("utf-8-sig")
    heading, line = csv.reader(io.StringIO(told))
    assert (heading[-2:], line[-2:]) == (["spent", "where"], ["12", "Online."])


FIVE, TEN = "kind: csat", "kind: csat, lowest: 1, highest: 10"
SCALE = """
survey: scale
name: scale
languages: [en]
title: {en: Scale}
questions:
- {id: well, %s, text: {en: 'How well?'}, ends: {lowest: {en: bad}, highest: {en: good}}}
- {id: why, kind: text, text: {en: '%s'}}
"""


def scaled(store: Store, scale: str, why: str = "Why?") -> Survey:
    survey = save_draft(store, read_yaml(SCALE % (scale, why)), actor="tests")
    publish_survey(survey, actor="tests")
    return Survey.objects.select_related("current", "store").get(pk=survey.pk)


def test_no_figure_is_told_over_versions_whose_scale_differs(store, owner):
    base = f"/s/{store.slug}/surveys"
    add_sitting(scaled(store, FIVE), {"well": 5}, place="till")
    add_sitting(scaled(store, FIVE, "Why so?"), {"well": 3}, place="till")
    survey = Survey.objects.get(key="scale")
    # The words are others, the scale is the same.
    assert "4.00" in owner.get(f"{base}/{survey.pk}/results/").content.decode()

    add_sitting(scaled(store, TEN), {"well": 9}, place="till")
    page = owner.get(f"{base}/{survey.pk}/results/").content.decode()
    assert "versions are counted one by one" in page
    assert [f'href="?version={number}"' in page for number in (1, 2, 3)] == [True] * 3
    assert "Mean" not in page
    assert "3 answers" in page
    alone = owner.get(f"{base}/{survey.pk}/results/?version=3").content.decode()
    assert "9.00" in alone
    assert "one by one" not in alone


def test_a_version_that_nobody_answered_yet_does_not_read_the_answers_of_others(store, owner):
    add_sitting(scaled(store, FIVE), {"well": 5})
    survey = scaled(store, TEN)
    page = owner.get(f"/s/{store.slug}/surveys/{survey.pk}/results/").content.decode()
    assert 'href="?version=1"' in page
    assert "Satisfied" not in page


def test_the_export_of_all_versions_has_the_questions_of_all(store):
    survey = published(store, "Spent", "- {id: where, kind: text, text: {en: 'Where?'}}\n")
    add_sitting(survey, {"spent": 12, "where": "Online."})
    survey = published(store, "Spent", "- {id: how, kind: text, text: {en: 'How?'}}\n")
    survey.refresh_from_db()
    heading, line = export_rows(survey, definition_of(survey.current), Wanted())
    assert (heading[-3:], line[-3:]) == (["spent", "how", "where"], ["12", "", "Online."])


def test_a_list_of_surveys_and_what_people_write_are_read_by_indexes(store):
    """With few rows PostgreSQL reads the table; asked not to, it must have another way."""
    survey = add_survey(store)
    add_sitting(survey, {"score": 3, "why": "Late."})
    add_invitation(survey)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        words = answers_of(survey, Wanted()).exclude(text="").order_by("-given_at", "-id")[:20].explain()
        counted = Submission.objects.filter(survey__in=[survey.pk], is_suspect=False, answers__gt=0)
        listed = (
            counted.order_by().values("survey_id").annotate(Max("last_at"), Count("completed_at")).explain()
        )
        states = Invitation.objects.filter(survey__in=[survey.pk]).order_by().values("survey_id")
        asked = states.annotate(n=Count("pk", filter=Q(state="partial"))).explain()
    assert "answers_in_words" in words
    assert "counting_submissions" in listed
    assert "invitations_by_" in asked
