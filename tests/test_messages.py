"""The catalogues of translations are whole, right in form, and compiled."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS
from tools.messages import (
    SOURCES,
    as_text,
    catalogue_path,
    compiled,
    languages,
    messages_of_sources,
    read_catalogue,
    untranslated,
    updated,
)

from regard.core.registry import import_kinds
from regard.web.pages.audit_words import ACTIONS
from regard.web.spoken_names import IMPORT_KINDS
from tests.web.routes import STORE_PAGES

PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
TAGS = re.compile(r"</?[a-z][^>]*>")


@cache
def whole(language: str) -> Catalog:
    """The catalogue with what the sources say now."""
    return updated(read_catalogue(language), messages_of_sources())


def forms(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it says in English and in the other language: one text each, or one for each plural."""
    said, translated = message.id, message.string
    if isinstance(said, str):
        return (said,), (str(translated),)
    return tuple(said), tuple(translated)


def test_every_language_of_pages_has_a_catalogue() -> None:
    assert sorted(dict(settings.LANGUAGES)) == sorted(["en", *languages()])


@pytest.mark.parametrize("language", languages())
def test_every_message_is_translated(language: str) -> None:
    missing = [(message.locations[0][0], message.id) for message in untranslated(whole(language))]
    assert missing == [], "run `make messages`, translate what it lists, and run it again"


@pytest.mark.parametrize("language", languages())
def test_the_catalogue_and_its_compiled_form_are_up_to_date(language: str) -> None:
    path = catalogue_path(language)
    assert path.read_bytes() == as_text(whole(language)), "run `make messages`"
    assert path.with_suffix(".mo").read_bytes() == compiled(whole(language)), "run `make messages`"


@pytest.mark.parametrize("language", languages())
def test_translations_keep_what_is_filled_in(language: str) -> None:
    wrong = []
    for message in filter(lambda each: each.id, whole(language)):
        said, translated = forms(message)
        fitting = [sorted(PLACEHOLDERS.findall(text)) for text in said]
        wrong += [text for text in translated if sorted(PLACEHOLDERS.findall(text)) not in fitting]
    assert wrong == []


@pytest.mark.parametrize("language", languages())
def test_translations_can_be_filled_in(language: str) -> None:
    """A percent sign that stands for itself is doubled where the English one is."""
    values: dict[str, str] = defaultdict(lambda: "1")
    for message in whole(language):
        said, translated = forms(message)
        if message.id and "%(" in said[0]:
            assert [bool(re.sub(r"\)d", ")s", text) % values) for text in translated] == [True] * len(
                translated
            )


@pytest.mark.parametrize("language", languages())
def test_translations_keep_tags_and_the_space_around_them(language: str) -> None:
    for message in filter(lambda each: each.id, whole(language)):
        said, translated = forms(message)
        for text in translated:
            assert sorted(TAGS.findall(text)) == sorted(TAGS.findall(said[-1])), text
            assert (text[:1].isspace(), text[-1:].isspace()) == (
                said[0][:1].isspace(),
                said[0][-1:].isspace(),
            ), text


def test_no_message_takes_the_place_of_a_month_or_day_of_django() -> None:
    """May, for one: what may be done needs a context, or dates would say it."""
    named = {str(name) for names in (MONTHS, MONTHS_3, WEEKDAYS) for name in names.values()}
    assert named & {message.id for message in messages_of_sources() if not message.context} == set()


def test_every_act_that_is_written_down_has_words() -> None:
    tested = {act for page in STORE_PAGES.values() for act in page.audited.split()}
    calls = re.compile(r'action="([a-z_]+\.[a-z_]+)"')
    named = {act for path in SOURCES.rglob("*.py") for act in calls.findall(path.read_text())}
    assert (tested | named) - set(ACTIONS) == set()


def test_names_that_pages_show_as_words_are_known_to_translators() -> None:
    assert {kind.name.replace("_", " ") for kind in import_kinds} == set(IMPORT_KINDS)
