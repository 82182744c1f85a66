"""Which question comes next: a survey walked from its beginning by what was answered, without any memory.

It is walked anew every time, so that going back and answering otherwise needs no rules: what an earlier answer
leads past drops out, with whatever was said there. It only goes forward, so it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from regard.profile.domain.segments.ast import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Condition,
    Known,
    Node,
    Not,
    OneOf,
    Value,
    conditions_of,
)
from regard.profile.domain.segments.fields import OF_ANSWERS, field_named
from regard.profile.domain.segments.parse import parse_answers_condition
from regard.survey.domain.definition.parts import END, Definition, Question, Thanks

# By question id. None: it was asked and passed over.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """What is known of who answers. holds: of the conditions that a survey asks of customers, which are met;
    attributes: names of the custom attributes that they have."""

    holds: Mapping[Condition, bool] = field(default_factory=dict)
    attributes: frozenset[str] = frozenset()


NOBODY = Person()


@dataclass(frozen=True)
class Path:
    """answered: the questions on the way that have an answer, or were passed over, in their order; open: the one
    to ask now, None at the end. share: how far along, 0 to 1."""

    answered: tuple[Question, ...]
    open: Question | None
    share: float

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the questions whose answers count."""
        return tuple(question.id for question in self.answered)


def walk(definition: Definition, answers: Answers, person: Person = NOBODY) -> Path:
    """The way through a survey by these answers. Those that it does not come by count for nothing."""
    places = {question.id: place for place, question in enumerate(definition.questions)}
    answered: list[Question] = []
    counting: dict[str, Any] = {}
    place = 0
    while place < len(definition.questions):
        question = definition.questions[place]
        if _is_asked(question, answers, counting, person):
            if question.id not in answers:
                return Path(tuple(answered), question, place / len(definition.questions))
            answered.append(question)
            counting[question.id] = answers[question.id]
            place = _following(question, place, places, counting, person, end=len(definition.questions))
        else:
            place += 1
    return Path(tuple(answered), None, 1.0)


def counting_answers(definition: Definition, answers: Answers, person: Person = NOBODY) -> dict[str, Any]:
    """Only those on the way, in its order."""
    return {name: answers[name] for name in walk(definition, answers, person).ids}


def thanks_for(definition: Definition, answers: Answers, person: Person = NOBODY) -> Thanks | None:
    """What to say at the end: the first whose condition holds."""
    counting = counting_answers(definition, answers, person)
    met = (each for each in definition.thanks if holds(each.when, counting, person))
    return next(met, None)


def conditions_on_customers(definition: Definition) -> list[Condition]:
    """What the survey asks of the customer and not of answers, each once, in a fixed order."""
    found = (
        each for text in condition_texts(definition) for each in conditions_of(parse_answers_condition(text))
    )
    return list(dict.fromkeys(each for each in found if not each.field.startswith(OF_ANSWERS)))


def condition_texts(definition: Definition) -> Iterator[str]:
    """Every condition in it, as it is written."""
    for question in definition.questions:
        yield question.show_if
        yield from (route.when for route in question.goto)
    yield from (each.when for each in definition.thanks)


def holds(text: str, answers: Answers, person: Person = NOBODY) -> bool:
    """Whether a condition is met; an empty one always is. Raises SegmentInvalid for one that cannot be read."""
    return _holds(parse_answers_condition(text), answers, person)


def _is_asked(question: Question, answers: Answers, counting: Answers, person: Person) -> bool:
    if question.keep_as in person.attributes and question.id not in answers:
        return False
    return holds(question.show_if, counting, person)


def _following(
    question: Question, place: int, places: Mapping[str, int], answers: Answers, person: Person, *, end: int
) -> int:
    """Where to go on. What leads back, or nowhere, is passed over, so that no survey can turn in circles."""
    for route in question.goto:
        target = end if route.to == END else places.get(route.to, 0)
        if target > place and holds(route.when, answers, person):
            return target
    return place + 1


def _holds(node: Node, answers: Answers, person: Person) -> bool:
    match node:
        case AllOf(parts):
            return all(_holds(part, answers, person) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, answers, person) for part in parts)
        case Not(part):
            return not _holds(part, answers, person)
        case condition if condition.field.startswith(OF_ANSWERS):
            return _is_met(condition, _answer(answers, field_named(condition.field).path[1:]))
        case condition:
            return person.holds.get(condition, False)


def _answer(answers: Answers, path: tuple[str, ...]) -> Any:
    value: Any = answers
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if value in ("", [], {}) else value


def _is_met(condition: Condition, value: Any) -> bool:
    """As segments compare attributes: what is unknown, or of another type, makes no comparison true."""
    match condition:
        case Known(_, known):
            return (value is not None) == known
        case Comparison(_, "contains", wanted) if isinstance(value, list):
            return str(wanted).lower() in [str(each).lower() for each in value]
        case Comparison(_, operator, wanted):
            told, like = _typed(value, wanted), _typed(wanted, wanted)
            return told is not None and _compare(operator, told, like)
        case OneOf(_, values, excluded):
            told = _typed(value, values[0])
            return told is not None and (told in [_typed(each, each) for each in values]) != excluded
        case Between(_, low, high):
            told = _typed(value, low)
            return told is not None and bool(_typed(low, low) <= told <= _typed(high, high))


def _compare(operator: str, told: Any, wanted: Any) -> bool:  # noqa: PLR0911 - a table
    match operator:
        case "=":
            return bool(told == wanted)
        case "!=":
            return bool(told != wanted)
        case "<":
            return bool(told < wanted)
        case "<=":
            return bool(told <= wanted)
        case ">":
            return bool(told > wanted)
        case ">=":
            return bool(told >= wanted)
        case "contains":
            return wanted in told
        case "starts with":
            return bool(told.startswith(wanted))
        case _:
            return bool(told.endswith(wanted))


def _typed(value: Any, like: Value) -> Any:
    """The value as what it is compared with, in small letters; None when it is nothing of that type."""
    match like:
        case bool():
            return value if isinstance(value, bool) else None
        case Decimal():
            is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
            return Decimal(str(value)) if is_number else None
        case date():
            return str(value)[:10] if isinstance(value, str | date) else None
        case _:
            return value.lower() if isinstance(value, str) else None
