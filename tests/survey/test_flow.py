"""The way through a survey."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.profile.domain.segments.ast import Comparison
from regard.profile.domain.segments.parse import SegmentInvalid
from regard.survey.domain.definition.parts import END, Definition, Option, Question, Route, Thanks
from regard.survey.domain.flow import (
    Person,
    conditions_on_customers,
    counting_answers,
    holds,
    thanks_for,
    walk,
)

IDS = ("a", "b", "c", "d", "e", "f")
YES_NO = (Option("yes", {}), Option("no", {}))
CONDITIONS = st.sampled_from(
    ["", *(f"answers.{name} {rest}" for name in IDS for rest in ("<= 6", ">= 9", "is known", '!= "x"'))]
) | st.just("orders >= 5")


def next_question(*asked):
    return walk(*asked).open


def survey(*questions, thanks=()):
    return Definition("s", "S", ("en",), {"en": "S"}, questions, thanks=thanks)


@st.composite
def definitions(draw):
    """Any survey of six questions, whose routes lead anywhere: back, to themselves, to nowhere."""
    targets = st.sampled_from([*IDS, END, "nowhere"])
    questions = [
        Question(
            name, "nps", {}, show_if=draw(CONDITIONS), keep_as=draw(st.sampled_from(["", "", "size"])),
            goto=tuple(draw(st.lists(st.builds(Route, CONDITIONS, targets), max_size=3))),
        )
        for name in IDS
    ]  # fmt: skip
    return survey(*questions)


ANSWERS = st.dictionaries(st.sampled_from([*IDS, "gone"]), st.none() | st.integers(0, 10))
PEOPLE = st.builds(
    lambda regular, size: Person(
        {Comparison("orders", ">=", Decimal(5)): regular}, frozenset({"size"} if size else ())
    ),
    st.booleans(),
    st.booleans(),
)


@given(definitions(), ANSWERS, PEOPLE)
def test_every_way_goes_forward_and_ends(definition, answers, person):
    path = walk(definition, answers, person)
    places = [definition.questions.index(question) for question in path.answered]
    assert places == sorted(set(places))
    assert path.open not in path.answered
    assert (path.share == 1) == (path.open is None)


@given(definitions(), PEOPLE, st.lists(st.integers(0, 10), min_size=7, max_size=7))
def test_who_answers_each_question_comes_to_the_end(definition, person, figures):
    answers = {}
    shares = []
    for figure in figures:
        question = next_question(definition, answers, person)
        if question is None:
            break
        assert question.id not in answers
        answers[question.id] = figure
        shares.append(walk(definition, answers, person).share)
    assert next_question(definition, answers, person) is None
    assert shares == sorted(shares)
    assert counting_answers(definition, answers, person) == answers


@given(definitions(), ANSWERS, PEOPLE, st.sampled_from(IDS), st.integers(0, 10))
def test_a_changed_answer_leaves_what_came_before_it(definition, answers, person, changed, figure):
    before = walk(definition, answers, person).ids
    after = walk(definition, {**answers, changed: figure}, person).ids
    kept = before[: before.index(changed)] if changed in before else ()
    assert after[: len(kept)] == kept


@given(definitions(), ANSWERS, PEOPLE)
def test_what_is_not_on_the_way_changes_nothing(definition, answers, person):
    counting = counting_answers(definition, answers, person)
    assert walk(definition, counting, person) == walk(definition, answers, person)


ROUTED = survey(
    Question(
        "score", "nps", {}, goto=(Route("answers.score >= 9", "refer"), Route("answers.score >= 7", "better"))
    ),
    Question("problem", "single", {}, options=YES_NO, goto=(Route("", END),)),
    Question("better", "text", {}, goto=(Route("", END),)),
    Question("refer", "consent", {}),
    thanks=(Thanks({"en": "Sorry"}, "answers.score <= 6"), Thanks({"en": "Thanks"})),
)


@pytest.mark.parametrize(
    ("score", "following", "said"),
    [(0, "problem", "Sorry"), (6, "problem", "Sorry"), (7, "better", "Thanks"), (8, "better", "Thanks"),
     (9, "refer", "Thanks"), (10, "refer", "Thanks")],
)  # fmt: skip
def test_a_score_leads_to_its_question_and_its_thanks(score, following, said):
    question = next_question(ROUTED, {"score": score})
    assert question is not None
    assert question.id == following
    thanks = thanks_for(ROUTED, {"score": score})
    assert thanks is not None
    assert thanks.text == {"en": said}
    assert next_question(ROUTED, {"score": score, following: None}) is None


def test_an_answer_past_which_another_leads_now_drops_out():
    answers = {"score": 3, "problem": "yes"}
    assert counting_answers(ROUTED, answers) == answers
    assert counting_answers(ROUTED, {**answers, "score": 9}) == {"score": 9}


def test_a_condition_asks_answers_and_the_customer_in_one_language():
    definition = survey(
        Question("a", "nps", {}), Question("b", "text", {}, show_if="answers.a <= 6 and orders >= 5")
    )
    (condition,) = conditions_on_customers(definition)
    assert condition == Comparison("orders", ">=", Decimal(5))
    following = [
        next_question(definition, {"a": 3}, Person({condition: met})) is not None for met in (True, False)
    ]
    assert following == [True, False]


def test_who_has_an_attribute_is_not_asked_for_it_again():
    definition = survey(Question("size", "text", {}, keep_as="size"), Question("why", "text", {}))
    known = Person({}, frozenset({"size"}))
    assert walk(definition, {}, known).open == definition.questions[1]
    assert walk(definition, {"size": "L"}, known).ids == ("size",)
    assert walk(definition, {}, replace(known, attributes=frozenset())).open == definition.questions[0]


TOLD = {
    "n": 4,
    "one": "Yes",
    "many": ["a", "b"],
    "rows": {"fit": "bad"},
    "day": "2026-03-01",
    "ok": True,
    "none": None,
}


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("", True), ("answers.n = 4", True), ("answers.n != 4", False), ("answers.n < 4", False),
        ("answers.n > 3", True),
        ("answers.n between 1 and 4", True), ("answers.n in (1, 2)", False), ("answers.n not in (1, 2)", True),
        ('answers.one = "yes"', True), ('answers.one in ("no", "yes")', True), ('answers.one contains "e"', True),
        ('answers.one starts with "y"', True), ('answers.one ends with "o"', False),
        ('answers.many contains "b"', True),
        ('answers.many contains "c"', False), ('answers.rows.fit = "bad"', True),
        ("answers.day < 2026-03-02", True),
        ("answers.ok = true", True), ("answers.none is unknown", True), ("answers.none = 4", False),
        ("answers.none != 4", False), ("not answers.none = 4", True), ("answers.n is known", True),
        ('answers.n = "4"', False), ('answers.one = "no" or answers.n = 4', True), ("answers.ok != false", True),
        ("answers.gone not in (1, 2)", False), ("answers.n <= 4 and not (answers.ok = true)", False),
    ],
)  # fmt: skip
def test_conditions_on_answers(text, is_met):
    assert holds(text, TOLD) is is_met


@pytest.mark.parametrize("text", ["answers.n >", "event.total > 3", "nonsense = 3"])
def test_what_is_no_condition_here_is_refused(text):
    with pytest.raises(SegmentInvalid):
        holds(text, {})
