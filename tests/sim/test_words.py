"""What people write: many sentences, in four languages, with nothing left open."""

from __future__ import annotations

from string import Formatter

import pytest

from regard.sim.words.phrases import CAUSES, SUBJECTS
from regard.sim.words.writing import LANGUAGES, sentences_of
from tests.sim.stores import column, plan_of, table_of

PLAN = plan_of(3_000)


def test_there_are_hundreds_of_sentences():
    counts = {language: len(sentences_of(language)) for language in LANGUAGES}
    assert counts["en"] >= 200
    assert min(counts.values()) >= 90
    assert len(set.union(*map(sentences_of, LANGUAGES))) >= 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_has_words(language):
    phrases = LANGUAGES[language]
    assert set(phrases.said) == set(CAUSES)
    assert set(phrases.subjects) == set(SUBJECTS)
    named = {
        name
        for text in sentences_of(language)
        for _text, name, _spec, _how in Formatter().parse(text)
        if name
    }
    assert named <= {"title", "carrier", "agent", "order"}


def test_texts_hardly_repeat():
    texts = column(table_of(PLAN, "reviews"), "body")
    assert len(set(texts)) > 0.8 * len(texts)
    assert all(texts)
    assert not any("{" in text for text in texts)
