"""Surveys as they are written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core.domain.written.reading import DefinitionInvalid
from regard.survey.domain.definition.parts import (
    Definition,
    Option,
    Question,
    Route,
    Thanks,
    bounds_of,
    measure_of,
    text_in,
)
from regard.survey.domain.definition.reading import read_definition, read_yaml
from regard.survey.domain.definition.writing import definition_values, definition_yaml

WORDS = st.text("abc :#'\"äß-", min_size=1, max_size=12).map(str.strip).filter(bool)
TEXTS = st.fixed_dictionaries({"en": WORDS}, optional={"de": WORDS})
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name != "end")
NUMBERS = st.none() | st.integers(0, 9)
OPTIONS = st.lists(
    st.builds(Option, NAMES, TEXTS, NUMBERS), max_size=3, unique_by=lambda option: option.value
).map(tuple)
ROUTES = st.lists(st.builds(Route, WORDS, NAMES), max_size=2).map(tuple)
PLAIN = st.builds(
    Question, NAMES, st.sampled_from(["nps", "csat", "ces", "text", "date", "file", "consent"]), TEXTS, TEXTS,
    st.booleans(), st.just(()), st.just(()), NUMBERS, NUMBERS, st.none() | st.tuples(TEXTS, TEXTS),
    st.sampled_from(["", "csat", "text"]), st.sampled_from(["", "delivery"]), st.booleans(), WORDS, WORDS,
    st.sampled_from(["image", "any"]), st.integers(0, 50), ROUTES,
)  # fmt: skip
CHOICES = st.builds(
    Question, NAMES, st.sampled_from(["single", "multiple"]), TEXTS, options=OPTIONS
) | st.builds(Question, NAMES, st.just("matrix"), TEXTS, options=OPTIONS, rows=OPTIONS)
DEFINITIONS = st.builds(
    Definition, NAMES.map(lambda name: name.replace("_", "-")), WORDS, st.just(("en", "de")), TEXTS,
    st.lists(PLAIN | CHOICES, max_size=4, unique_by=lambda question: question.id).map(tuple), TEXTS,
    st.lists(st.builds(Thanks, TEXTS, WORDS, WORDS, TEXTS), max_size=2).map(tuple),
    st.sampled_from(["purchase", "other"]), st.booleans(), st.booleans(), st.integers(0, 100),
    st.integers(1, 60).map(lambda days: timedelta(days=days)),
    st.lists(st.integers(1, 9).map(lambda days: timedelta(days=days)), max_size=2).map(tuple),
    st.none() | st.integers(1, 500), WORDS, st.just(("personal", "timing")), st.sampled_from(["", "branded"]),
)  # fmt: skip


def problems_of(values):
    with pytest.raises(DefinitionInvalid) as caught:
        read_definition(values)
    return {problem.where: problem.said for problem in caught.value.problems}


@given(DEFINITIONS)
def test_what_is_written_reads_back(definition):
    assert read_definition(definition_values(definition)) == definition
    assert read_yaml(definition_yaml(definition)) == definition


def test_a_short_text_is_a_whole_survey():
    made = read_yaml(
        "survey: delivery\nname: Delivery\ntitle: Your parcel\n"
        "questions:\n- kind: csat\n  text: How was it?\n- text: Why?\n"
    )
    first, second = made.questions
    assert (first.id, first.text, first.kind) == ("q1", {"en": "How was it?"}, "csat")
    assert (second.id, second.kind, made.languages, made.expires) == (
        "q2",
        "text",
        ("en",),
        timedelta(days=30),
    )
    assert [measure_of(first), measure_of(second)] == ["csat", "text"]


def test_everything_wrong_is_told_at_once_with_its_place():
    said = problems_of(
        {
            "survey": "No Good", "languages": ["en", "xx-"], "expires": "soon", "levers": ["magic"], "quota": -1,
            "questions": [
                {"id": "a", "kind": "nips", "text": {"fr": "?"}},
                {"id": "a", "kind": "single", "options": [{"value": "ä"}, {"value": "b"}, {"value": "b"}]},
                {"id": "end", "required": "yes", "lowest": "one", "showif": "x"},
            ],
        }
    )  # fmt: skip
    assert set(said) == {
        "survey", "name", "languages.2", "expires", "levers.1", "quota", "questions.1.kind", "questions.1.text",
        "questions.2.id", "questions.2.options.1.value", "questions.2.options.3.value", "questions.3",
        "questions.3.id", "questions.3.required", "questions.3.lowest",
    }  # fmt: skip
    assert said["questions.3"] == "There is no field showif. Did you mean show_if?"
    assert said["questions.2.id"] == "Another question has the id a; ids are given once."


@pytest.mark.parametrize("values", [None, [], "text", 7, {"questions": 3, "thanks": {"a": 1}}])
def test_nonsense_is_refused_and_breaks_nothing(values):
    assert problems_of(values)


def test_a_text_is_read_in_the_language_or_the_nearest():
    texts = {"en": "Hello", "de": "Hallo"}
    read = [text_in(texts, language, ("en", "de")) for language in ("de", "de-AT", "fr", "")]
    assert read == ["Hallo", "Hallo", "Hello", "Hello"]
    assert text_in({"de": "Hallo"}, "fr", ("en", "de")) == "Hallo"


def test_bounds_are_those_of_the_scale_or_of_the_scores():
    scored = Question("q", "single", {}, options=(Option("a", {}, 1), Option("b", {}, 5), Option("c", {})))
    assert bounds_of(scored) == (1, 5)
    assert bounds_of(Question("q", "ces", {}, highest=5)) == (1, 5)
    assert bounds_of(Question("q", "nps", {}, lowest=1, highest=5)) == (0, 10)
    assert bounds_of(Question("q", "text", {})) == (None, None)
