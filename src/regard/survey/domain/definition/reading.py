"""A survey from the plain values that YAML and JSON hold. All that is wrong is told at once, with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext as _

from regard.core.domain.written.reading import ValuesReader, read_plain
from regard.survey.domain.definition.parts import (
    ALWAYS_ON,
    END,
    KINDS,
    LEVERS,
    TOUCHPOINTS,
    WITH_OPTIONS,
    Accept,
    Definition,
    Kind,
    Option,
    Question,
    Route,
    Texts,
    Thanks,
)

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
QUESTION_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
FIELDS = {
    "survey", "name", "languages", "title", "intro", "thanks", "questions", "touchpoint", "anonymous", "exempt",
    "rank", "expires", "reminders", "quota", "incentive", "levers", "tested",
}  # fmt: skip
OF_QUESTION = {
    "id", "kind", "text", "help", "required", "options", "rows", "lowest", "highest", "ends", "measure", "topic",
    "low_is_good", "show_if", "keep_as", "accept", "most", "goto",
}  # fmt: skip
MOST_QUESTIONS = 100
MOST_OPTIONS = 60
MOST_LANGUAGES = 40


def read_yaml(text: str) -> Definition:
    """The survey that a text in YAML holds. Raises DefinitionInvalid."""
    return read_definition(read_plain(text))


def read_definition(values: Any) -> Definition:
    """The survey that plain values hold. Questions without an id get one. Raises DefinitionInvalid."""
    reader = _Reader()
    definition = reader.definition(values)
    reader.finish()
    return definition


class _Reader(ValuesReader):
    def __init__(self) -> None:
        super().__init__()
        self._languages: tuple[str, ...] = ("en",)
        self._taken: set[str] = set()  # ids that stand somewhere in the text
        self._seen: set[str] = set()  # those that were read

    def definition(self, values: Any) -> Definition:
        told = self.mapping(values, "survey", FIELDS)
        key = self.text(told, "survey", "", required=True)
        if key and not KEY.fullmatch(key):
            self.say("survey", _("Use small letters, digits and hyphens, 60 at the most."))
        self._languages = self._read_languages(told)
        listed = [each for each in self.items(told, "questions", "") if isinstance(each, dict)]
        self._taken = {str(each["id"]) for each in listed if each.get("id") is not None}
        return Definition(
            key=key,
            name=self.text(told, "name", "", required=True),
            languages=self._languages,
            title=self._texts(told, "title", ""),
            intro=self._texts(told, "intro", ""),
            questions=self._questions(told),
            thanks=tuple(
                self._thanks(each, f"thanks.{place}")
                for place, each in enumerate(self.items(told, "thanks", ""), 1)
            ),
            touchpoint=self._one_of(told, "touchpoint", "", tuple(TOUCHPOINTS), "other"),
            is_anonymous=self._truth(told, "anonymous", ""),
            is_exempt=self._truth(told, "exempt", ""),
            rank=self.whole(told, "rank", "", usual=50, most=100),
            expires=self.span(told.get("expires", "30 days"), "expires"),
            reminders=tuple(
                self.span(each, f"reminders.{place}")
                for place, each in enumerate(self.texts(told, "reminders", ""), 1)
            ),
            quota=self.whole(told, "quota", "", usual=0, most=10_000_000) or None,
            incentive=self.text(told, "incentive", ""),
            levers=self._levers(told),
            tested=self._one_of(told, "tested", "", ("", *sorted(set(LEVERS) - ALWAYS_ON)), ""),
        )

    def _read_languages(self, told: Mapping[str, Any]) -> tuple[str, ...]:
        found = self.texts(told, "languages", "") or ("en",)
        for place, each in enumerate(found, 1):
            if not LANGUAGE.fullmatch(each):
                self.say(f"languages.{place}", _("Write a language by its code, such as en or de."))
        if len(set(found)) != len(found) or len(found) > MOST_LANGUAGES:
            self.say("languages", _("Name each language once, %d at the most.") % MOST_LANGUAGES)
        return found

    def _texts(self, told: Mapping[str, Any], name: str, where: str, *, required: bool = False) -> Texts:
        """By language; a plain text is in the first."""
        place, value = f"{where}.{name}".lstrip("."), told.get(name)
        if value is None or isinstance(value, str):
            value = {self._languages[0]: value or ""}
        found = self.mapping(value, place, self._languages)
        texts = {language: self.text(found, language, place) for language in self._languages}
        if required and not texts[self._languages[0]]:
            self.say(f"{place}.{self._languages[0]}", _("This is missing."))
        return {language: text for language, text in texts.items() if text}

    def _questions(self, told: Mapping[str, Any]) -> tuple[Question, ...]:
        listed = self.items(told, "questions", "")
        if len(listed) > MOST_QUESTIONS:
            self.say("questions", _("A survey has %d questions at the most.") % MOST_QUESTIONS)
        return tuple(
            self._question(each, f"questions.{place}")
            for place, each in enumerate(listed[:MOST_QUESTIONS], 1)
        )

    def _question(self, values: Any, where: str) -> Question:
        told = self.mapping(values, where, OF_QUESTION)
        kind = self._one_of(told, "kind", where, KINDS, "text")
        return Question(
            id=self._id(told, where),
            kind=cast("Kind", kind),
            text=self._texts(told, "text", where),
            help=self._texts(told, "help", where),
            required=self._truth(told, "required", where),
            options=self._options(told, "options", where) if kind in WITH_OPTIONS else (),
            rows=self._options(told, "rows", where) if kind == "matrix" else (),
            lowest=self._number(told, "lowest", where),
            highest=self._number(told, "highest", where),
            ends=self._ends(told, where),
            measure=self._one_of(told, "measure", where, ("", "nps", "csat", "ces", "text"), ""),
            topic=self._one_of(
                told, "topic", where, ("", "relationship", "product", "support", "delivery", "purchase"), ""
            ),
            low_is_good=self._truth(told, "low_is_good", where) if "low_is_good" in told else None,
            show_if=self.text(told, "show_if", where),
            keep_as=self.text(told, "keep_as", where),
            accept=cast("Accept", self._one_of(told, "accept", where, ("image", "any"), "image")),
            most=self.whole(told, "most", where, usual=0, most=20_000),
            goto=tuple(
                self._route(each, f"{where}.goto.{place}")
                for place, each in enumerate(self.items(told, "goto", where), 1)
            ),
        )

    def _options(self, told: Mapping[str, Any], name: str, where: str) -> tuple[Option, ...]:
        place, listed = f"{where}.{name}", self.items(told, name, where)
        if len(listed) > MOST_OPTIONS:
            self.say(place, _("There are %d choices at the most.") % MOST_OPTIONS)
        found = [self._option(each, f"{place}.{number}") for number, each in enumerate(listed, 1)]
        values = [option.value for option in found]
        for number, value in enumerate(values, 1):
            if value in values[: number - 1]:
                self.say(f"{place}.{number}.value", _("Another choice is %s already.") % value)
        return tuple(found)

    def _option(self, values: Any, where: str) -> Option:
        told = self.mapping(values, where, {"value", "text", "score"})
        value = str(told.get("value", ""))
        if not OPTION.fullmatch(value):
            self.say(f"{where}.value", _("Use letters, digits, hyphens and underscores, 60 at the most."))
        return Option(value, self._texts(told, "text", where), self._number(told, "score", where))

    def _ends(self, told: Mapping[str, Any], where: str) -> tuple[Texts, Texts] | None:
        if told.get("ends") is None:
            return None
        ends = self.mapping(told["ends"], f"{where}.ends", {"lowest", "highest"})
        return self._texts(ends, "lowest", f"{where}.ends"), self._texts(ends, "highest", f"{where}.ends")

    def _route(self, values: Any, where: str) -> Route:
        told = self.mapping(values, where, {"when", "to"})
        return Route(self.text(told, "when", where), self.text(told, "to", where) or END)

    def _thanks(self, values: Any, where: str) -> Thanks:
        told = self.mapping(values, where, {"when", "text", "link", "link_label"})
        return Thanks(
            text=self._texts(told, "text", where),
            when=self.text(told, "when", where),
            link=self.text(told, "link", where),
            link_label=self._texts(told, "link_label", where),
        )

    def _levers(self, told: Mapping[str, Any]) -> tuple[str, ...]:
        if "levers" not in told:
            return ("personal", "branded")
        found = self.texts(told, "levers", "")
        known = sorted(set(LEVERS) - ALWAYS_ON)
        for place, each in enumerate(found, 1):
            if each not in known:
                self.say(f"levers.{place}", _("Use one of %s.") % ", ".join(known))
        return tuple(dict.fromkeys(found))

    def _id(self, told: Mapping[str, Any], where: str) -> str:
        """Given ones are unique; others get the next number that is free."""
        if told.get("id") is None:
            free = (f"q{number}" for number in range(1, MOST_QUESTIONS * 3))
            given = next(each for each in free if each not in self._taken)
        else:
            given = str(told["id"])
            if not QUESTION_ID.fullmatch(given) or given == END:
                said = _(
                    "Use small letters, digits and underscores, 40 at the most, a letter first; not “end”."
                )
                self.say(f"{where}.id", said)
            if given in self._seen:
                self.say(f"{where}.id", _("Another question has the id %s; ids are given once.") % given)
        self._taken.add(given)
        self._seen.add(given)
        return given

    def _one_of(
        self, told: Mapping[str, Any], name: str, where: str, known: tuple[str, ...], usual: str
    ) -> str:
        value = told.get(name, usual)
        if value not in known:
            self.say(f"{where}.{name}".lstrip("."), _("Use one of %s.") % ", ".join(filter(None, known)))
            return usual
        return str(value)

    def _truth(self, told: Mapping[str, Any], name: str, where: str) -> bool:
        value = told.get(name, False)
        if not isinstance(value, bool):
            self.say(f"{where}.{name}".lstrip("."), _("Write true or false."))
        return value is True

    def _number(self, told: Mapping[str, Any], name: str, where: str) -> float | None:
        value = told.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
            self.say(f"{where}.{name}", _("A number is wanted."))
            return None
        return value
