"""A survey in the making as it is drawn: its parts with what is wrong with each, and how people will see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from regard.core.domain.written.reading import DefinitionInvalid, Problem
from regard.survey.domain.definition.editing import Values
from regard.survey.domain.definition.parts import Definition, Question, Thanks, bounds_of, text_in
from regard.survey.domain.definition.reading import read_definition
from regard.survey.domain.words import LOOKS, Look
from regard.survey.pages.forms import Group, all_fields, with_fields
from regard.ui.value_fields import filled

WHOLE, QUESTION, THANKS = "whole", "question", "thanks"


@dataclass(frozen=True)
class Card:
    """A part. key: what opens it; groups: its fields, if it is open; problems: those of no field that is shown."""

    key: str
    title: str
    said: str = ""
    problems: Sequence[str] = ()
    groups: Sequence[Group] = ()
    is_open: bool = False

    @property
    def dom(self) -> str:
        return self.key.replace(" ", "-")

    @property
    def plain(self) -> list[Group]:
        return [group for group in self.groups if not group.is_further]

    @property
    def further(self) -> list[Group]:
        return [group for group in self.groups if group.is_further]


@dataclass(frozen=True)
class QuestionCard:
    card: Card
    id: str
    number: int
    look: Look
    rises: bool
    sinks: bool


@dataclass(frozen=True)
class Preview:
    """What people see of a part. steps: of a scale, with what stands at its two ends."""

    title: str
    language: str
    languages: Sequence[str]
    kind: str = ""
    text: str = ""
    help: str = ""
    steps: Sequence[int] = ()
    ends: Sequence[str] = ()
    options: Sequence[str] = ()
    rows: Sequence[str] = ()
    button: str = ""
    required: bool = False
    share: int = 0


@dataclass(frozen=True)
class Drawn:
    whole: Card
    questions: Sequence[QuestionCard]
    thanks: Card
    loose: Sequence[str]
    count: int
    preview: Preview | None = None
    kinds: Sequence[tuple[str, Look]] = field(default_factory=list)


def draw(
    values: Values, problems: Sequence[Problem], *, opened: str, groups: Sequence[Group], language: str
) -> Drawn:
    """groups: of the part that is open."""
    by_part = _by_part(values, problems)
    first = values["languages"][0]
    questions = [
        QuestionCard(
            _card(f"{QUESTION} {each['id']}", _told(each, first), by_part, opened, groups, values),
            id=each["id"], number=place + 1, look=LOOKS.get(each.get("kind", "text"), LOOKS["text"]),
            rises=place > 0, sinks=place < len(values["questions"]) - 1,
        )
        for place, each in enumerate(values["questions"])
    ]  # fmt: skip
    return Drawn(
        whole=_card(WHOLE, str(values.get("name", "")), by_part, opened, groups, values),
        questions=questions,
        thanks=_card(THANKS, _thanks_told(values), by_part, opened, groups, values),
        loose=[said for _place, said in by_part[""]],
        count=len(problems),
        preview=_preview(values, opened, language),
        kinds=list(LOOKS.items()),
    )


def _told(question: Values, language: str) -> str:
    text = question.get("text", {}).get(language)
    return text if isinstance(text, str) and text else _("A question without words")


def _thanks_told(values: Values) -> str:
    texts = [each.get("text", {}).get(values["languages"][0], "") for each in values["thanks"]]
    return " · ".join(str(text) for text in texts if text) or _("Thank you.")


def _by_part(values: Values, problems: Sequence[Problem]) -> dict[str, list[tuple[str, str]]]:
    """By key of the part: the place within it, and the words."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for problem in problems:
        first, _dot, rest = problem.where.partition(".")
        number, _dot, within = rest.partition(".")
        if first == "questions" and number.isdecimal() and 0 < int(number) <= len(values["questions"]):
            found[f"{QUESTION} {values['questions'][int(number) - 1]['id']}"].append((within, problem.said))
        elif first == THANKS:
            found[THANKS].append((problem.where, problem.said))
        elif first in {"questions", ""}:
            found[""].append(("", problem.said))
        else:
            found[WHOLE].append((problem.where, problem.said))
    return found


def _card(  # noqa: PLR0917 - each is asked of every card
    key: str,
    title: str,
    by_part: dict[str, list[tuple[str, str]]],
    opened: str,
    groups: Sequence[Group],
    values: Values,
) -> Card:
    told = by_part[key]
    if key != opened:
        return Card(key, title, problems=[said for _place, said in told])
    read_from: Any = values
    if key.startswith(QUESTION):
        read_from = next(each for each in values["questions"] if f"{QUESTION} {each['id']}" == key)
    shown = filled(all_fields(groups), read_from)
    placed = {each.name: _with_errors(each, told) for each in shown}
    places = {each.place for each in shown}
    loose = [said for place, said in told if place not in places]
    return Card(key, title, problems=loose, groups=with_fields(groups, placed), is_open=True)


def _with_errors(field: Any, told: Sequence[tuple[str, str]]) -> Any:
    return replace(field, errors=[said for place, said in told if place == field.place])


def _preview(values: Values, opened: str, language: str) -> Preview | None:
    """As far as it can be read; what is open, else the first question."""
    definition = _readable(values)
    if definition is None:
        return None
    language = language if language in definition.languages else definition.languages[0]
    title = text_in(definition.title, language, definition.languages)
    if opened == THANKS:
        thanks = definition.thanks[0] if definition.thanks else Thanks({language: _("Thank you.")})
        return Preview(
            title, language, definition.languages, kind="thanks", share=100,
            text=text_in(thanks.text, language, definition.languages),
            button=text_in(thanks.link_label, language, definition.languages),
        )  # fmt: skip
    wanted = opened.removeprefix(f"{QUESTION} ")
    place = next((at for at, each in enumerate(definition.questions) if each.id == wanted), 0)
    if not definition.questions:
        intro = text_in(definition.intro, language, definition.languages)
        return Preview(title, language, definition.languages, text=intro)
    return _of_question(definition, place, title, language)


def _of_question(definition: Definition, place: int, title: str, language: str) -> Preview:
    question = definition.questions[place]

    def said(texts: Any) -> str:
        return text_in(texts, language, definition.languages)

    return Preview(
        title, language, definition.languages, kind=question.kind, text=said(question.text),
        help=said(question.help),
        steps=_steps(question), ends=[said(each) for each in question.ends or ()],
        options=[said(each.text) or each.value for each in question.options],
        rows=[said(each.text) or each.value for each in question.rows],
        required=question.required, share=round(100 * place / len(definition.questions)),
    )  # fmt: skip


def _steps(question: Question) -> list[int]:
    lowest, highest = bounds_of(question)
    if question.kind not in {"nps", "csat", "ces", "stars"} or lowest is None or highest is None:
        return []
    return list(range(int(lowest), min(int(highest), int(lowest) + 10) + 1))


def _readable(values: Values) -> Definition | None:
    try:
        return read_definition(values)
    except DefinitionInvalid:
        return None
