"""A question as the page shows it: what can be pressed, and what is chosen already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regard.survey.domain.answers import IMAGES, LONGEST_TEXT
from regard.survey.domain.definition.parts import (
    SCALES,
    Definition,
    Option,
    Question,
    Texts,
    bounds_of,
    text_in,
)
from regard.survey.domain.piping import said


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    value: str
    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Shown:
    """A question in words. value: what was said before, or is proposed by the link of a message; is_proposed: that
    the person has still to say yes to it."""

    id: str
    kind: str
    text: str
    help: str
    is_required: bool
    choices: Sequence[Choice] = ()
    rows: Sequence[Row] = ()
    lowest: str = ""
    highest: str = ""
    value: Any = None
    is_proposed: bool = False
    most: int = 0
    accept: str = ""

    @property
    def look(self) -> str:
        """Which part of the template draws it."""
        return "scale" if self.kind in {"nps", "csat", "ces"} else self.kind

    @property
    def sent(self) -> str:
        """The value as a form sends it."""
        return ("yes" if self.value else "no") if isinstance(self.value, bool) else str(self.value)

    @property
    def columns(self) -> int:
        return len(self.choices)

    @property
    def goes_on_by_choice(self) -> bool:
        """One press answers it."""
        return self.kind in SCALES or self.kind in {"single", "consent"}


class Speaker:
    """The words of a survey in one language, with the values that they name."""

    def __init__(self, definition: Definition, language: str, values: Mapping[str, Any]) -> None:
        self._definition, self._language, self._values = definition, language, values

    def say(self, texts: Texts) -> str:
        return said(text_in(texts, self._language, self._definition.languages), self._values)

    def show(self, question: Question, value: Any, words: Mapping[str, str], *, is_proposed: bool) -> Shown:
        lowest, highest = (self.say(text) for text in question.ends) if question.ends else ("", "")
        rows = [
            Row(
                row.value,
                self.say(row.text) or row.value,
                self._options(question.options, _at(value, row.value)),
            )
            for row in question.rows
        ]
        return Shown(
            id=question.id,
            kind=question.kind,
            text=self.say(question.text),
            help=self.say(question.help),
            is_required=question.required,
            choices=() if question.kind == "matrix" else self._choices(question, value, words),
            rows=rows,
            lowest=lowest,
            highest=highest,
            value=value,
            is_proposed=is_proposed,
            most=question.most or (LONGEST_TEXT if question.kind == "text" else 0),
            accept=",".join(IMAGES) if question.kind == "file" and question.accept == "image" else "",
        )

    def _choices(self, question: Question, value: Any, words: Mapping[str, str]) -> list[Choice]:
        if question.kind in SCALES:
            lowest, highest = bounds_of(question)
            numbers = range(int(lowest or 0), int(highest or 0) + 1)
            return [Choice(str(number), str(number), value == number) for number in numbers]
        if question.kind == "consent":
            agree = Choice("yes", words["agree"] if question.required else words["yes"], value is True)
            return [agree] if question.required else [agree, Choice("no", words["no"], value is False)]
        return self._options(question.options, value)

    def _options(self, options: Sequence[Option], value: Any) -> list[Choice]:
        chosen = value if isinstance(value, list) else [value]
        return [
            Choice(each.value, self.say(each.text) or each.value, each.value in chosen) for each in options
        ]


def _at(value: Any, row: str) -> Any:
    return value.get(row) if isinstance(value, Mapping) else None
