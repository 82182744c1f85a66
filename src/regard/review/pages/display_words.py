"""The few words on displayed reviews that are ours, in more languages than the rest of Regard: they stand in the
midst of a shop's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

# Those that the shop may ask for, as those call them who speak them.
LANGUAGES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "he": "עברית",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "tr": "Türkçe",
}  # fmt: skip


def display_language(*wanted: str) -> str:
    """The first of the wanted languages, as codes such as de or pt-BR, that there are words in; else English."""
    bases = (code.partition("-")[0].lower() for code in wanted)
    return next((base for base in bases if base in LANGUAGES), "en")


def display_words(language: str) -> Mapping[str, str]:
    """By name, in one of `LANGUAGES`."""
    if language not in dict(settings.LANGUAGES):
        return _told(language)
    with translation.override(language):
        return {name: word() for name, word in OURS.items()}


OURS: Mapping[str, Callable[[], str]] = {
    "title": lambda: _("Reviews"),
    "stars": lambda: _("%(stars)s of 5 stars"),
    "count": lambda: _("Reviews: %(count)s"),
    "none": lambda: _("No reviews yet"),
    "none_such": lambda: _("Nobody has given so many stars."),
    "verified": lambda: _("Verified buyer"),
    "nameless": lambda: _("A customer"),
    "answer": lambda: _("Answer of %(store)s"),
    "sort": lambda: _("Sort"),
    "newest": lambda: _("Newest"),
    "highest": lambda: _("Best rated"),
    "lowest": lambda: _("Worst rated"),
    "all": lambda: _("All stars"),
    "read_on": lambda: _("Read on"),
    "further": lambda: _("More reviews"),
    "first": lambda: _("Back to the beginning"),
}


@cache
def _told(language: str) -> Mapping[str, str]:
    file = resources.files("regard.review") / "page_words" / f"{language}.yaml"
    return {str(name): str(word) for name, word in yaml.safe_load(file.read_text("utf-8")).items()}
