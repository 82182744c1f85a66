"""The few words of answering pages that are ours, in more languages than the rest of Regard: customers answer in
the language that the survey is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _


def page_words(language: str) -> Mapping[str, str]:
    """By name, in the language, or else in English."""
    base = language.partition("-")[0].lower()
    if base not in dict(settings.LANGUAGES) and (told := _told(base)):
        return told
    with translation.override(base if base in dict(settings.LANGUAGES) else "en"):
        return {name: word() for name, word in OURS.items()}


def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language.partition("-")[0].lower() in settings.LANGUAGES_BIDI


def has_own_words(language: str) -> bool:
    """Whether what is wrong with an answer can be said in the language whatever it is."""
    return language.partition("-")[0].lower() in dict(settings.LANGUAGES)


OURS: Mapping[str, Callable[[], str]] = {
    "next": lambda: _("Next"),
    "back": lambda: _("Back"),
    "skip": lambda: _("Skip"),
    "send": lambda: _("Send"),
    "progress": lambda: _("Question %(number)s"),
    "yes": lambda: _("Yes"),
    "no": lambda: _("No"),
    "agree": lambda: _("I agree"),
    "choose_most": lambda: _("Choose %(most)s at the most."),
    "choose_any": lambda: _("Choose all that apply."),
    "file": lambda: _("Choose a file of 10 MB at the most."),
    "image": lambda: _("Choose a picture of 10 MB at the most."),
    "missing": lambda: _("Answer this question to go on."),
    "wrong": lambda: _("Please look at your answer again."),
    "busy": lambda: _("More answers come than can be taken just now. Wait a minute and send yours again."),
    "thanks": lambda: _("Thank you for answering"),
    "kept": lambda: _("Your answers are kept."),
    "change": lambda: _("Change my answers"),
    "anonymous": lambda: _("Anonymous: nobody can tell whose answers these are."),
    "language": lambda: _("Language"),
}


@cache
def _told(base: str) -> Mapping[str, str]:
    file = resources.files("regard.survey") / "page_words" / f"{base}.yaml"
    words = yaml.safe_load(file.read_text("utf-8")) if base.isalpha() and file.is_file() else {}
    return {str(name): str(word) for name, word in words.items()}
