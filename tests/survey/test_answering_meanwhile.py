"""Answers that meet what happened since the page was shown, and links that say more than they may."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from regard.core import clock
from regard.listen.models import Response
from regard.profile.models import Identity
from regard.survey.domain.answering.giving import Circumstances, NotAsked, give_answer
from regard.survey.domain.answering.links import open_url
from regard.survey.domain.answering.visits import visit_by_token
from regard.survey.domain.checking import check_definition
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.personal_data import erase_asked
from regard.survey.domain.results import results_of
from regard.survey.domain.shipped import shipped_surveys
from regard.survey.domain.sittings import Wanted
from regard.survey.models import GivenAnswer, Invitation, Submission, Survey
from regard.survey.pages.forms import question_groups
from regard.survey.pages.shown import Speaker
from regard.ui.value_fields import filled, read_fields
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, publish

pytestmark = pytest.mark.django_db

EASE = """
survey: ease
name: Ease
title: How easy was it?
questions:
  - {id: ease, kind: ces, text: How easy, ends: {lowest: Very easy, highest: Very hard}%s}
  - {id: more, kind: text, text: What else}
"""


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def begun(shop):
    """A visit that was loaded, with the question that it asks."""
    publish(shop.store, NPS)
    visit = visit_by_token(ask(shop.store).url.rstrip("/").rsplit("/", 1)[-1])
    return visit, visit.definition.questions[0]


@pytest.mark.parametrize(
    ("told", "low_is_good", "score"), [("", True, 100), (", low_is_good: false", False, 0)]
)
def test_a_low_effort_is_a_good_one_unless_the_question_says_otherwise(shop, told, low_is_good, score):
    publish(shop.store, EASE % told)
    Visitor(ask(shop.store, survey="ease").url).answer("1")
    shop.settle()
    assert Response.objects.values_list("low_is_good", "score").get() == (low_is_good, score)


def test_only_efforts_are_better_when_they_are_low(store):
    text = NPS.replace("    required: true\n", "    required: true\n    low_is_good: true\n")
    problems = {one.where: one.said for one in check_definition(store, read_yaml(text))}
    assert problems == {"questions.1.low_is_good": "Only of efforts may a low answer be the good one."}


@pytest.mark.parametrize("name", ["l", "at", "c", "s"])
def test_no_question_is_named_as_what_the_address_means_otherwise(store, name):
    text = NPS.replace("id: words", f"id: {name}")
    assert [one.where for one in check_definition(store, read_yaml(text))] == ["questions.4.id"]


def test_who_was_erased_while_they_answered_says_nothing_more(shop):
    visit, question = begun(shop)
    erase_asked(shop.store, Identity.objects.get(kind="user_id", value="ada").customer_id)
    with pytest.raises(NotAsked):
        give_answer(visit, question, "3", Circumstances())
    assert not Submission.objects.exists()


BRANCH = """
survey: branch
name: Branch
title: How was it?
questions:
  - {id: score, kind: nps, text: Would you, required: true}
  - {id: why, kind: text, text: Why not, show_if: answers.score <= 6}
  - {id: last, kind: text, text: Anything else}
"""


def two_tabs(shop):
    """One of them before the question for the reason, the other a step behind it."""
    publish(shop.store, BRANCH)
    url = ask(shop.store, survey="branch").url
    first = Visitor(url)
    first.answer("3")
    return first, Visitor(url)


def send(visitor, question, **fields):
    return visitor.client.post(visitor.path, {"question": question, **fields})


def test_words_for_a_question_that_another_tab_took_away_are_shown_to_who_wrote_them(shop):
    first, second = two_tabs(shop)
    send(second, "score", answer="9")
    answer = send(first, "why", answer="  The <b>box</b> was wet.  ")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The &lt;b&gt;box&lt;/b&gt; was wet.</textarea>" in page
    assert "This question is not asked any more" in page
    assert not GivenAnswer.objects.filter(question_id="why").exists()
    assert 'name="question" value="last"' in first.client.get(first.path).content.decode()


def test_a_choice_or_a_skipped_question_goes_on_without_a_word(shop):
    first, second = two_tabs(shop)
    send(second, "score", answer="9")
    assert send(first, "why", answer="unsaid", skip="1").status_code == 303
    assert send(first, "gone", answer="unsaid").status_code == 303


def test_words_that_come_to_a_closed_survey_are_shown_to_who_wrote_them(shop):
    first, _second = two_tabs(shop)
    Survey.objects.update(state="ended")
    answer = send(first, "why", answer="Too late, but true.")
    assert answer.status_code == 410
    assert "Too late, but true.</textarea>" in answer.content.decode()
    assert "<textarea" not in send(first, "score", answer="3").content.decode()


def test_what_was_closed_after_the_page_was_shown_takes_nothing(shop):
    visit, question = begun(shop)
    Survey.objects.update(state="ended")
    with pytest.raises(NotAsked):
        give_answer(visit, question, "3", Circumstances())
    assert not GivenAnswer.objects.exists()


def test_an_answer_leaves_the_time_of_the_next_reminder_alone(shop):
    visit, question = begun(shop)
    assert visit.invitation.next_reminder_at is not None
    Invitation.objects.update(next_reminder_at=None)  # the last reminder went out meanwhile
    give_answer(visit, question, "3", Circumstances())
    assert Invitation.objects.get().next_reminder_at is None


def test_an_address_proposes_nothing_to_everybody_and_no_words_to_anybody(shop):
    survey = publish(shop.store, NPS)
    Survey.objects.filter(pk=survey.pk).update(open_link=True)
    assert 'id="send"' not in Visitor(open_url(survey)).look("?likely=9")
    visitor = Visitor(ask(shop.store).url)
    assert 'id="send"' in visitor.look("?likely=9")
    visitor.answer("7")
    assert "bought by a link" not in visitor.look("?better=bought by a link")


def test_words_that_were_passed_over_are_counted_as_that(shop):
    survey = publish(shop.store, EASE % "")
    visitor = Visitor(ask(shop.store, survey="ease").url)
    visitor.answer("1")
    visitor.send(skip="1")
    [_ease, more] = results_of(survey, read_yaml(EASE % ""), Wanted())
    assert (more.n, more.passed) == (0, 1)


@pytest.mark.parametrize("key", ["product-use", "feature-ideas"])
def test_what_ships_names_the_product(key):
    definition = shipped_surveys()[key].definition
    said = Speaker(definition, "en", {"product": {"title": "Oak table"}}).say(definition.title)
    assert "Oak table" in said


def test_the_editor_shows_a_low_effort_as_good_and_keeps_that_it_is_not():
    [field] = [
        each for group in question_groups({"id": "ease", "kind": "ces"}, ["en"], []) for each in group.fields
        if each.path == ("low_is_good",)
    ]  # fmt: skip
    values = {}
    assert [each.value for each in filled([field], values)] == [True]
    read_fields([field], values, QueryDict(f"{field.name}.there=1"))
    assert values == {"low_is_good": False}
    read_fields([field], values, QueryDict(f"{field.name}.there=1&{field.name}=1"))
    assert values == {}
