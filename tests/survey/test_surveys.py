"""Surveys as a store keeps them: drafts, versions, states, and what keeps one from being published."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.models import AuditEntry
from regard.survey.domain import surveys
from regard.survey.domain.changes import changes_between
from regard.survey.domain.checking import check_definition, look_twice
from regard.survey.domain.definition.reading import read_definition
from regard.survey.domain.flow import walk
from regard.survey.domain.published import definition_of
from regard.survey.domain.queries import overviews, surveys_for_viewer, versions_for_viewer
from regard.survey.domain.shipped import add_shipped, shipped_of, shipped_surveys
from regard.survey.domain.surveys import (
    copy_survey,
    delete_draft,
    draft_of,
    end_survey,
    export_survey,
    import_survey,
    is_changed,
    open_link,
    pause_survey,
    publish_survey,
    resume_survey,
    save_draft,
)
from regard.survey.models import Survey, SurveyState

pytestmark = pytest.mark.django_db
ENDS = {"lowest": "no", "highest": "yes"}


def values(**more):
    questions = [
        {"id": "score", "kind": "nps", "text": "How likely?", "ends": ENDS},
        {"id": "why", "text": "Why?"},
    ]
    return {"survey": "after", "name": "After", "title": "After", "questions": questions} | more


def saved(store, **more):
    return save_draft(store, read_definition(values(**more)), actor="tests")


def audited(store):
    found = AuditEntry.objects.filter(store=store, target="survey:after").order_by("id")
    return list(found.values_list("action", flat=True))


def problems_of(store, **more):
    return {one.where: one.said for one in check_definition(store, read_definition(values(**more)))}


def test_a_version_is_what_people_are_asked_until_the_next_is_published(store):
    survey = saved(store)
    assert (survey.state, survey.current, is_changed(survey)) == (SurveyState.DRAFT, None, True)
    first = publish_survey(survey, actor="tests")
    assert (survey.state, first.number, is_changed(survey)) == (SurveyState.LIVE, 1, False)
    survey = saved(store, name="Afterwards")
    assert (survey.current, is_changed(survey)) == (first, True)
    second = publish_survey(survey, actor="tests")
    assert [one.number for one in versions_for_viewer(survey)] == [2, 1]
    assert [definition_of(one).name for one in (first, second)] == ["After", "Afterwards"]
    assert audited(store) == [
        "survey.saved",
        "survey.published",
        "survey.live",
        "survey.saved",
        "survey.published",
    ]


def test_what_changes_nothing_makes_no_version_and_no_entry(store):
    survey = saved(store)
    publish_survey(survey, actor="tests")
    before = audited(store)
    assert publish_survey(saved(store), actor="tests").number == 1
    assert audited(store) == before


def test_a_survey_goes_from_state_to_state(store):
    survey = saved(store)
    with pytest.raises(ValidationError, match="never published"):
        resume_survey(survey, actor="tests")
    with pytest.raises(ValidationError, match="It is Draft; it cannot be set to Paused"):
        pause_survey(survey, actor="tests")
    publish_survey(survey, actor="tests")
    pause_survey(survey, actor="tests")
    resume_survey(survey, actor="tests")
    end_survey(survey, actor="tests")
    survey.refresh_from_db()
    assert survey.state == SurveyState.ENDED
    assert survey.ended_at is not None
    with pytest.raises(ValidationError, match="It is Ended"):
        pause_survey(survey, actor="tests")
    resume_survey(survey, actor="tests")
    survey.refresh_from_db()
    assert (survey.state, survey.ended_at) == (SurveyState.LIVE, None)


def test_only_a_draft_that_nobody_was_asked_is_deleted(store):
    survey = saved(store)
    publish_survey(survey, actor="tests")
    with pytest.raises(ValidationError, match="end it"):
        delete_draft(survey, actor="tests")
    copied = copy_survey(survey, key="other", name="Other", actor="tests")
    assert (copied.state, draft_of(copied).questions) == (SurveyState.DRAFT, draft_of(survey).questions)
    with pytest.raises(ValidationError, match="choose another"):
        copy_survey(survey, key="after", name="Again", actor="tests")
    delete_draft(copied, actor="tests")
    assert [one.key for one in surveys_for_viewer(store)] == ["after"]


@pytest.mark.parametrize(("was", "said"), [
    (True, "Who was asked relies on it being anonymous; copy the survey and change the copy."),
    (False, "It was published as not anonymous, and keeps who answered; copy the survey and change the copy."),
])  # fmt: skip
def test_what_was_promised_of_namelessness_holds_once_it_was_published(store, was, said):
    survey = saved(store, anonymous=was)
    survey = saved(store, anonymous=not was)  # a draft may be either
    survey = saved(store, anonymous=was)
    first = publish_survey(survey, actor="tests")
    assert problems_of(store, anonymous=was) == {}
    assert problems_of(store, anonymous=not was) == {"anonymous": said}

    survey = saved(store, anonymous=not was)
    with pytest.raises(DefinitionInvalid, match="change the copy"):
        publish_survey(survey, actor="tests")
    survey.refresh_from_db()
    assert survey.current == first
    copied = copy_survey(survey, key="other", name="Other", actor="tests")
    assert definition_of(publish_survey(copied, actor="tests")).is_anonymous is not was


def test_another_stores_promise_binds_nobody_else(store, other_store):
    publish_survey(saved(other_store, anonymous=True), actor="tests")
    assert problems_of(store, anonymous=False) == {}


def test_the_open_link_is_audited_once(store):
    survey = saved(store)
    for is_open in (True, True, False):
        open_link(survey, is_open=is_open, actor="tests")
    assert audited(store) == ["survey.saved", "survey.link_opened", "survey.link_closed"]


def test_a_text_comes_and_goes(store, other_store):
    survey = saved(store)
    there = import_survey(other_store, export_survey(survey), actor="tests")
    assert (there.store, draft_of(there)) == (other_store, draft_of(survey))


def test_what_is_wrong_keeps_it_from_being_published_and_is_told_at_once(store):
    questions = [
        {"id": "a", "kind": "ces", "text": ""},
        {"id": "b", "kind": "single", "text": "{{ x", "options": [{"value": "x", "text": "X"}],
         "show_if": "answers.c = 1 and answers.zz = 1", "goto": [{"to": "a"}]},
        {"id": "c", "kind": "stars", "text": "C", "lowest": 1, "highest": 20, "show_if": 'answers.b = "y"'},
        {"id": "d", "kind": "csat", "text": "D", "measure": "nps", "show_if": "nonsense > 1"},
        {"id": "e", "kind": "matrix", "text": "E", "keep_as": "x", "options": []},
    ]  # fmt: skip
    more = {
        "questions": questions, "thanks": [{"text": "Bye", "link": "javascript:alert(1)"}],
        "reminders": ["60 days"], "levers": ["incentive"], "incentive": "gone", "tested": "timing",
    }  # fmt: skip
    said = problems_of(store, **more)
    assert set(said) == {
        "questions.1.text.en", "questions.1.ends", "questions.2.text.en", "questions.2.options",
        "questions.2.show_if", "questions.2.goto.1.to", "questions.3.id", "questions.3.highest",
        "questions.3.show_if",
        "questions.4.measure", "questions.4.show_if", "questions.5.options", "questions.5.rows",
        "questions.5.keep_as", "thanks.1.link", "thanks.1.link_label.en", "reminders.1", "incentive", "tested",
    }  # fmt: skip
    assert said["questions.3.show_if"] == "There is no choice “y”; there are: x."
    with pytest.raises(DefinitionInvalid) as caught:
        publish_survey(saved(store, **more), actor="tests")
    assert len(caught.value.problems) >= len(said)


def test_an_anonymous_survey_asks_nothing_that_tells_who_it_is(store):
    questions = [
        {"id": "a", "text": "A", "keep_as": "size"},
        {"id": "b", "text": "B", "show_if": "orders >= 5 and answers.a is known"},
    ]
    assert problems_of(store, questions=questions) == {}
    assert set(problems_of(store, questions=questions, anonymous=True)) == {
        "questions.1.keep_as", "questions.2.show_if",
    }  # fmt: skip


def test_an_anonymous_survey_gives_no_offer_since_that_would_tell_who_answered(store):
    told = problems_of(store, anonymous=True, levers=["personal", "incentive"])
    assert (
        told["incentive"] == "An anonymous survey gives no offer: it would tell who answered. Take it away."
    )
    assert "incentive" not in problems_of(store, anonymous=True)


def test_texts_that_a_language_lacks_are_worth_a_second_look():
    definition = read_definition(
        values(languages=["en", "de"], title={"en": "After", "de": "Danach"}, questions=[{"text": "Why?"}])
    )
    assert [str(one) for one in look_twice(definition)] == [
        "questions.1.text: It lacks de, and is read in en there."
    ]


def test_what_changed_is_told_in_words():
    before = read_definition(values())
    after = read_definition(
        values(
            title="Later", anonymous=True,
            questions=[
                {"id": "why", "text": "Why so?", "required": True}, {"id": "new", "text": "And?"},
            ],
        )
    )  # fmt: skip
    assert changes_between(before, after) == [
        "New question: “And?”",
        "Question taken away: “How likely?”",
        "Changed: “Why so?” (its words, whether it is required)",
        "The title or the words before the first question",
        "Whether it is anonymous",
    ]
    assert changes_between(before, before) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_survey_that_ships_can_be_published_and_lacks_no_word(store, language):
    shipped = shipped_surveys(language)
    assert len(shipped) == 12
    for key, one in shipped.items():
        assert check_definition(store, one.definition) == [], key
        assert look_twice(one.definition) == [], key
        assert one.definition.languages == (language, *({"en", "de"} - {language})), key
        assert one.about


def test_shipped_surveys_ask_few_questions_of_anybody():
    longest = {
        key: max(len(walk(one.definition, _all(one.definition, figure)).answered) for figure in (0, 5, 10))
        for key, one in shipped_surveys().items()
    }
    assert max(longest.values()) == longest["quarterly-relationship"] == 7
    assert all(count <= 5 for key, count in longest.items() if key != "quarterly-relationship")


def _all(definition, figure):
    """An answer to everything: the same figure to all scales, and the last choice."""
    given = {"single": lambda one: one.options[-1].value, "multiple": lambda one: [one.options[-1].value]}
    return {one.id: given.get(one.kind, lambda _one: figure)(one) for one in definition.questions}


def test_a_shipped_survey_becomes_the_stores_own_once(store):
    store.language = "de"
    first = add_shipped(store, "delivery", actor="tests")
    assert (first.name, draft_of(first).languages) == ("Nach der Lieferung", ("de", "en"))
    assert add_shipped(store, "delivery", actor="tests") == first
    assert {one.definition.key for one in shipped_of(store) if one.survey} == {"delivery"}


def test_a_list_costs_the_same_at_one_survey_and_at_three(store, other_store, django_assert_num_queries):
    saved(other_store)
    for number in (1, 2, 3):
        saved(store, survey=f"after-{number}")
        with django_assert_num_queries(3):
            assert len(overviews(surveys_for_viewer(store))) == number
    assert Survey.objects.filter(store=other_store).count() == 1


def test_what_is_saved_meanwhile_is_checked_and_published(store):
    loaded = saved(store)
    saved(store, title="Newer")
    assert draft_of(loaded).title == read_definition(values()).title

    version = publish_survey(loaded, actor="tests")
    assert definition_of(version) == read_definition(values(title="Newer"))
    assert not is_changed(Survey.objects.select_related("current").get())


def test_a_link_that_two_people_open_is_opened_once(store):
    one = saved(store)
    other = Survey.objects.get()
    open_link(one, is_open=True, actor="tests")
    open_link(other, is_open=True, actor="tests")
    assert other.open_link
    assert audited(store).count("survey.link_opened") == 1


def test_a_link_is_not_opened_without_its_line_in_the_audit_log(store, monkeypatch):
    survey = saved(store)

    def fails(**_told):
        raise RuntimeError

    monkeypatch.setattr(surveys, "record_audit", fails)
    with pytest.raises(RuntimeError):
        open_link(survey, is_open=True, actor="tests")
    assert not Survey.objects.get().open_link
